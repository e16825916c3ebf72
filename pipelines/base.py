"""Base: cut a network that others have trained to the alphabet of the task, so that a training can begin with it."""

from longhand.bundles.card import Card
from longhand.bundles.files import WEIGHTS
from longhand.bundles.licences import write_licence
from longhand.handwriting.batching import TEXT_MARGIN
from longhand.learning.bases.heads import find_missing
from longhand.learning.bases.sources import BASES
from longhand.learning.bases.transfer import read_graph, transfer
from longhand.learning.methods import find_method
from longhand.recipes.checking import read_recipe
from pipelines.recipe import Recipe, main


def make(recipe: Recipe) -> None:
    """Write the base as a bundle that is not served: weights, card, and what its licence asks for; nothing where the
    recipe's model begins without one. Raises BaseMissing or ShapeMismatch."""
    folder, name = recipe.folder("base"), recipe.params.get("base")
    if not name:
        print(f"{recipe.model} begins with no base")
        return
    base, task, network = BASES[name], recipe.task, recipe.params["network"]
    graph = read_graph(base.find())
    sizes = {key: value for key, value in network.items() if key not in ("kind", "dropout")}
    transfer(graph, sizes, task.alphabet).save(folder / WEIGHTS)
    Card(
        name=base.name,
        task=task.wire,
        characters=task.alphabet,
        height=network["height"],
        preprocessing=recipe.params["preprocessing"],
        network=read_recipe(recipe.model, recipe.params).shape,
        stride=find_method(task, recipe.kind).stride,
        margin=TEXT_MARGIN,
        base=base.facts,
    ).write(folder)
    write_licence(folder, base.facts, base.read_licence())
    missing = find_missing(graph.known, task.alphabet)
    print(f"{recipe.model} begins with {base.title}; characters that it does not know: {missing or 'none'}")


if __name__ == "__main__":
    main(make, __doc__)
