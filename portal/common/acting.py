"""Who acts: carried through every service so that events and audit can name the actor."""

from dataclasses import dataclass

NATION = "000000"


@dataclass(frozen=True)
class Acting:
    """One actor: a role, an opaque id and, for officials, the division code of their authority.

    `behalf` is the id of the person acted for, where that is somebody else: a helper's or a guardian's acts name both.
    """

    kind: str
    id: str
    authority: str = ""
    behalf: str = ""

    @classmethod
    def system(cls, name: str) -> "Acting":
        """Return the portal itself, acting through the named job."""
        return cls("system", name, NATION)

    @property
    def label(self) -> str:
        """The actor as written into the audit: role and opaque id, and for whom where that is somebody else."""
        return f"{self.kind}:{self.id} for {self.behalf}" if self.behalf else f"{self.kind}:{self.id}"

    @property
    def owner(self) -> str:
        """The id of the person whose affair it is: the one acted for, else the actor."""
        return self.behalf or self.id

    def covers(self, authority: str) -> bool:
        """Tell whether the actor's jurisdiction holds the division: itself, its province's cities, or the nation."""
        own = self.authority
        if own in (NATION, authority):
            return True
        return own.endswith("0000") and own[:2] == authority[:2]
