"""Hot spots as JSON; every field is named here, so nothing personal slips in (H-143)."""

from typing import Any

from rest_framework import serializers

from hotline.selectors.alerts import AlertPage, AlertRow, Member


class AlertRowSerializer(serializers.Serializer[AlertRow]):
    """One line of the list."""

    id = serializers.IntegerField()
    algo = serializers.CharField()
    algo_name = serializers.CharField()
    level = serializers.CharField()
    level_name = serializers.CharField()
    matter = serializers.CharField()
    place = serializers.CharField()
    people = serializers.FloatField()
    orders = serializers.IntegerField()
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)
    heat = serializers.FloatField()
    found_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    disposition = serializers.CharField()


class MemberSerializer(serializers.Serializer[Member]):
    """One order of it."""

    order_no = serializers.CharField()
    matter = serializers.CharField()
    place = serializers.CharField()
    state = serializers.CharField()
    registered_at = serializers.DateTimeField()


class DaySerializer(serializers.Serializer[Any]):
    """How many on a day."""

    day = serializers.DateField()
    orders = serializers.IntegerField()


class AlertPageSerializer(serializers.Serializer[AlertPage]):
    """One hot spot by itself."""

    row = AlertRowSerializer()
    inputs = serializers.DictField()
    members = MemberSerializer(many=True)
    trend = DaySerializer(many=True)

    def to_representation(self, instance: AlertPage) -> dict[str, Any]:
        """Days as objects, for machines."""
        return {
            "row": AlertRowSerializer(instance.row).data,
            "inputs": instance.inputs,
            "members": [MemberSerializer(one).data for one in instance.members],
            "trend": [{"day": day, "orders": count} for day, count in instance.trend],
        }
