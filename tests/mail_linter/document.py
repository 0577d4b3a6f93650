"""HTML as a tree, read strictly: a mail program mends nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


@dataclass(eq=False)
class Node:
    """An element: what it holds are elements, and words."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Node | None" = None
    held: "list[Node | str]" = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # of the whole document, told to its root

    def walk(self) -> "Iterator[Node]":
        """Yield the elements below, in the order of the document."""
        for held in self.held:
            if isinstance(held, Node):
                yield held
                yield from held.walk()

    def all(self, *tags: str) -> "list[Node]":
        """Return the elements below that have one of these tags."""
        return [node for node in self.walk() if node.tag in tags]

    def above(self) -> "Iterator[Node]":
        """Yield the element itself, and those around it, inside out."""
        node: Node | None = self
        while node:
            yield node
            node = node.parent

    @property
    def words(self) -> str:
        """All that is said in it, in one line."""
        texts = (held.words if isinstance(held, Node) else held for held in self.held)
        return " ".join("".join(texts).split())

    @property
    def classes(self) -> list[str]:
        """The names that a style sheet knows it by."""
        return self.attributes.get("class", "").split()

    def __str__(self) -> str:
        said = self.words
        return f"<{self.tag}>" + (f" “{said[:30]}”" if said else "")


def parse(html: str) -> Node:
    """Return the root of a document; its `faults` say what is not closed as it was opened."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    parser.finish()
    return parser.root


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.open = Node("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len({*names}) < len(names):
            self.root.faults.append(f"<{tag}> has an attribute twice")
        node = Node(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.held.append(node)
        if tag not in VOID:
            self.open = node

    def handle_endtag(self, tag: str) -> None:
        if tag != self.open.tag:
            self.root.faults.append(f"</{tag}> closes <{self.open.tag}>")
        if any(node.tag == tag for node in self.open.above()):
            while self.open.tag != tag:
                self.open = self.open.parent or self.root
            self.open = self.open.parent or self.root

    def handle_data(self, data: str) -> None:
        self.open.held.append(data)

    def finish(self) -> None:
        """Note what was never closed."""
        self.root.faults += [
            f"<{node.tag}> is never closed" for node in self.open.above() if node.tag
        ]
