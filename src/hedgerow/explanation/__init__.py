"""Why a country moved as it did: what it could do, what its rules forbade, and what each was worth."""
