"""What the quick lane holds of a person: their adapters, and what became of them."""

from collections.abc import Sequence

from longhand.contracts.holdings import Held, Subject
from longhand.tasks import TASKS
from services.training.adapting.records import Adaptations
from services.training.deployment.deployer import Deployer


class OwnModels:
    """A person's adapters in the registry's artefact store, and the rows that name them."""

    def __init__(self, adaptations: Adaptations, deployer: Deployer) -> None:
        self._adaptations, self._deployer = adaptations, deployer

    def find(self, subject: Subject) -> Sequence[Held]:
        """The models that are adapted to the person, or were tried to be."""
        tried = {one.model for one in self._adaptations.of(subject.name)}
        serving = {name for name in TASKS if self._deployer.adapter(name, subject.name)}
        return [Held(holding="own models", place=name) for name in sorted(tried | serving)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Forgets them; prediction deletes its copies with its next look at the list of people's versions."""
        found = self.find(subject)
        self._adaptations.forget(subject.name)
        for name in TASKS:
            self._deployer.unadapt(name, subject.name)
        return found
