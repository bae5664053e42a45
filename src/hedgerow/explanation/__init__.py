"""Why a country moved as it did: its options, what its rules forbade, and what each was worth."""
