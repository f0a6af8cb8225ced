"""The post: where a parcel is."""
