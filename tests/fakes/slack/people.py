"""Who and where: one workspace, its channels and people, and how they look in a payload."""

from dataclasses import dataclass

TEAM = "T0QUIZ"
APP = "A0QUIZ"
BOT_USER = "U0QUIZBOT"
BOT_TOKEN = "xoxb-1-quiz"
APP_TOKEN = "xapp-1-quiz"
SIGNING_SECRET = "5169c6ba0a3fd6a2e4b1c8d7"
CHANNEL = "C0QUIZ"

Payload = dict[str, object]


@dataclass
class Channel:
    """A channel. The bot can post where it is a member and nothing is archived."""

    id: str
    name: str
    member: bool = True
    archived: bool = False
    private: bool = False

    @property
    def shown(self) -> str:
        """What payloads call it: the name of a private channel is told to nobody."""
        return "privategroup" if self.private else self.name


def user_id(name: str) -> str:
    """The id that Slack gave to a person."""
    return f"U0{name.upper()}"


def name_of(id_: str) -> str:
    """The person with that id."""
    return id_.removeprefix("U0").lower()


def user(name: str, team: str = TEAM) -> Payload:
    """A person as interactions show them."""
    return {"id": user_id(name), "username": name, "name": name, "team_id": team}


def envelope(team: str = TEAM, enterprise: str = "") -> Payload:
    """What every interaction says of where it comes from."""
    return {
        "team": {"id": team, "domain": "quiz"},
        "api_app_id": APP,
        "enterprise": {"id": enterprise, "name": "Org"} if enterprise else None,
        "is_enterprise_install": bool(enterprise),
        "token": "legacy",
    }
