"""A proposal and the person's own caption made into one, by what the person wanted kept.

Pure functions of captions: a provider may ignore what it was told, so what has to stay is put back
here, whoever wrote. What it is not: a choice between the two, which is the person's, part by part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ideogram4.caption import LIMITS, Caption, Composition, Element, Style
from ideogram4.caption.grid import Box
from ideogram4.magic.assignment import Assignment, Keep
from ideogram4.magic.pairing import alike, pairs
from ideogram4.magic.stack import LEAST, free_band, stacked

LETTERING = "Clear lettering in strong contrast to what is behind it."


def merged(assignment: Assignment, proposal: Caption, keep: Keep) -> Caption:
    """What is proposed to the person of what was written for their assignment."""
    mine = assignment.caption
    if assignment.task == "layout":
        result = laid_out(mine, proposal, assignment.texts, keep)
    elif mine is None:
        result = proposal
    elif assignment.task == "fill":
        result = filled(mine, proposal)
    elif assignment.task == "element" and assignment.element is not None:
        result = with_element(mine, proposal, assignment.element, keep)
    else:
        result = with_boxes(mine, proposal) if keep.boxes else proposal
        result = with_palette(mine, result) if keep.palette else result
    return result if assignment.boxes else without_new_boxes(mine, result)


def filled(mine: Caption, proposal: Caption) -> Caption:
    """`mine` with what it lacks: nothing that is there changes, and elements come only to none."""
    own, theirs = mine.compositional_deconstruction, proposal.compositional_deconstruction
    matches = pairs(own.elements, theirs.elements)
    elements = tuple(
        _filled_element(element, theirs.elements[matches[i]]) if i in matches else element
        for i, element in enumerate(own.elements)
    )
    return Caption(
        Composition(own.background or theirs.background, elements or theirs.elements),
        _filled_style(mine.style_description, proposal.style_description),
        mine.high_level_description or proposal.high_level_description,
    )


def with_element(mine: Caption, proposal: Caption, index: int, keep: Keep) -> Caption:
    """`mine` with one element described anew; its type, box and letters stay."""
    own = mine.compositional_deconstruction.elements
    theirs = proposal.compositional_deconstruction.elements
    old = own[index]
    # Whoever answered with the whole caption has the others in it as they were.
    others = {j for i, j in pairs(own, theirs).items() if i != index}
    same = [j for j, new in enumerate(theirs) if new.type == old.type]
    left = [j for j in same if j not in others] or same
    if not left:
        return mine
    # The one in its place, for its words may be all new; else the most alike one.
    in_place = len(theirs) == len(own) and index in left
    new = theirs[index if in_place else max(left, key=lambda j: alike(old, theirs[j]))]
    palette = new.colour_palette or old.colour_palette
    anew = replace(
        old,
        desc=new.desc or old.desc,
        bbox=old.bbox or new.bbox,
        colour_palette=(old.colour_palette or palette) if keep.palette else palette,
    )
    return _with_elements(mine, [*own[:index], anew, *own[index + 1 :]])


def laid_out(mine: Caption | None, proposal: Caption, texts: Sequence[str], keep: Keep) -> Caption:
    """Each text once and letter for letter, placed as proposed; what is no lettering stays.

    Lettering that is not among the texts goes. A text that the proposal forgot gets a place where
    no other lettering is.
    """
    theirs = proposal.compositional_deconstruction.elements
    own = () if mine is None else mine.compositional_deconstruction.elements
    wanted = [Element("text", LETTERING, None, text) for text in texts]
    proposed, before = pairs(wanted, theirs), pairs(wanted, own)
    lettering, kept = [], set()
    for place, element in enumerate(wanted):
        old = own[before[place]] if place in before else element
        new = theirs[proposed[place]] if place in proposed else replace(old, bbox=None)
        element = replace(
            element,
            desc=new.desc or old.desc or LETTERING,
            bbox=new.bbox,
            colour_palette=new.colour_palette or old.colour_palette,
        )
        if keep.palette and old.colour_palette:
            element = replace(element, colour_palette=old.colour_palette)
        if keep.boxes and old.bbox is not None:
            element = replace(element, bbox=old.bbox)
            kept.add(place)
        lettering.append(element)
    base = proposal if mine is None else _with_a_page(mine, proposal)
    others = [e for e in base.compositional_deconstruction.elements if e.type != "text"]
    room = LIMITS.elements - len(lettering)
    return _with_elements(base, [*others[:room], *_housed(lettering, kept)])


def with_boxes(mine: Caption, proposal: Caption) -> Caption:
    """The proposal with every box of `mine` in its place, and with the elements it dropped.

    An element that answers to one of `mine` stands where that one stood; boxes of elements that are
    new are the proposal's. What was dropped comes back behind what was in front of it.
    """
    own = mine.compositional_deconstruction.elements
    new = list(proposal.compositional_deconstruction.elements)
    matches = pairs(own, new)
    for i, j in matches.items():
        new[j] = replace(new[j], bbox=own[i].bbox or new[j].bbox, hidden=own[i].hidden)
    dropped = [i for i, e in enumerate(own) if i not in matches and e.bbox is not None]
    # Where there is no room for all, what is new makes way.
    room = LIMITS.elements - len(matches) - len(dropped)
    fresh = [j for j in range(len(new)) if j not in matches.values()]
    surplus = set(fresh[max(room, 0) :])
    behind: dict[int, list[Element]] = {}
    for i in dropped:
        in_front = [j for k, j in matches.items() if k > i]
        behind.setdefault(min(in_front, default=len(new)), []).append(own[i])
    elements = []
    for j, element in enumerate(new):
        elements += behind.get(j, [])
        if j not in surplus:
            elements.append(element)
    return _with_elements(proposal, [*elements, *behind.get(len(new), [])])


def with_palette(mine: Caption, proposal: Caption) -> Caption:
    """The proposal with the colours of `mine`: the picture's, and those of elements that answer."""
    own = mine.compositional_deconstruction.elements
    new = list(proposal.compositional_deconstruction.elements)
    for i, j in pairs(own, new).items():
        if own[i].colour_palette:
            new[j] = replace(new[j], colour_palette=own[i].colour_palette)
    result = _with_elements(proposal, new)
    palette = mine.style_description.colour_palette if mine.style_description else ()
    if not palette:
        return result
    style = proposal.style_description or mine.style_description or Style()
    return replace(result, style_description=replace(style, colour_palette=palette))


def without_new_boxes(mine: Caption | None, proposal: Caption) -> Caption:
    """The proposal with no boxes but those that the person's caption has."""
    boxes = set()
    if mine is not None:
        boxes = {e.bbox for e in mine.compositional_deconstruction.elements}
    elements = [
        e if e.bbox in boxes else replace(e, bbox=None)
        for e in proposal.compositional_deconstruction.elements
    ]
    return _with_elements(proposal, elements)


def _housed(lettering: Sequence[Element], kept: set[int]) -> list[Element]:
    """All of the lettering with a box: those without one stand where nobody else does.

    Where the others leave too little room, those that need not stay make way.
    """
    everywhere = range(len(lettering))
    boxes: list[Box | None] = [element.bbox for element in lettering]
    placed = [i for i in everywhere if boxes[i] is not None]
    for stay in (placed, sorted(kept), list[int]()):
        homeless = [i for i in everywhere if i not in stay]
        above, below = free_band([box for i in stay if (box := boxes[i]) is not None])
        if below - above >= LEAST * len(homeless):
            break
    texts = [lettering[i].text or "" for i in homeless]
    for i, box in zip(homeless, stacked(texts, above=above, below=below), strict=True):
        boxes[i] = box
    return [replace(e, bbox=box) for e, box in zip(lettering, boxes, strict=True)]


def _with_a_page(mine: Caption, proposal: Caption) -> Caption:
    """`mine`, with the proposal's page around it where it is still blank."""
    own, theirs = mine.compositional_deconstruction, proposal.compositional_deconstruction
    return Caption(
        Composition(own.background or theirs.background, own.elements or theirs.elements),
        mine.style_description or proposal.style_description,
        mine.high_level_description or proposal.high_level_description,
    )


def _filled_element(mine: Element, theirs: Element) -> Element:
    return replace(
        mine,
        desc=mine.desc or theirs.desc,
        bbox=mine.bbox or theirs.bbox,
        text=mine.text if mine.type != "text" else mine.text or theirs.text,
        colour_palette=mine.colour_palette or theirs.colour_palette,
    )


def _filled_style(mine: Style | None, theirs: Style | None) -> Style | None:
    """Exactly one of photo and art style: the person's, if they have decided."""
    if mine is None or theirs is None:
        return mine or theirs
    has_kind = bool(mine.photo or mine.art_style)
    return Style(
        aesthetics=mine.aesthetics or theirs.aesthetics,
        lighting=mine.lighting or theirs.lighting,
        photo=mine.photo if has_kind else theirs.photo,
        medium=mine.medium or theirs.medium,
        art_style=mine.art_style if has_kind else theirs.art_style,
        colour_palette=mine.colour_palette or theirs.colour_palette,
    )


def _with_elements(caption: Caption, elements: Sequence[Element]) -> Caption:
    composition = caption.compositional_deconstruction
    kept = tuple(elements)[: LIMITS.elements]
    return replace(caption, compositional_deconstruction=replace(composition, elements=kept))
