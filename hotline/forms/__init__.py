"""What people type into the hotline's pages: parsed and cleaned, nothing saved."""
