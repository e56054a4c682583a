"""Window cases: slots, bookings, counters, one-trip sheets and visits at home."""
