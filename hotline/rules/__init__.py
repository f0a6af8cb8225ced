"""What must hold before a verb may be done, said as objections; pure, no writes and no queries."""
