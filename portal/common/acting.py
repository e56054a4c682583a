"""Who acts: carried through every service so that events and audit can name the actor."""

from dataclasses import dataclass

NATION = "000000"


@dataclass(frozen=True)
class Acting:
    """One actor: a role, an opaque id and, for officials, the division code of their authority."""

    kind: str
    id: str
    authority: str = ""

    @classmethod
    def system(cls, name: str) -> "Acting":
        """Return the portal itself, acting through the named job."""
        return cls("system", name, NATION)

    @property
    def label(self) -> str:
        """The actor as written into events and audit: role and opaque id."""
        return f"{self.kind}:{self.id}"

    def covers(self, authority: str) -> bool:
        """Tell whether the actor's jurisdiction holds the division: itself, its province's cities, or the nation."""
        own = self.authority
        if own in (NATION, authority):
            return True
        return own.endswith("0000") and own[:2] == authority[:2]
