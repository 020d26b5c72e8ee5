"""The long campaigns: processes killed, databases taken away, and what must still be true afterwards.

``make test`` runs each of them small, a make target of its own runs it whole. What a campaign claims is looked for
by the same checks in a run with a planted fault, its control, where they must find it.
"""
