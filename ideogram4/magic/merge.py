"""A proposal and the person's own caption made into one, by what the person wanted kept.

Pure functions of captions: a provider may ignore what it was told, so what has to stay is put back
here, whoever wrote. What it is not: a choice between the two, which is the person's, part by part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ideogram4.caption import LIMITS, Caption, Composition, Element, Style
from ideogram4.magic.assignment import Assignment, Keep
from ideogram4.magic.pairing import alike, pairs
from ideogram4.magic.stack import stacked

LETTERING = "Clear lettering in strong contrast to what is behind it."


def merged(assignment: Assignment, proposal: Caption, keep: Keep) -> Caption:
    """What is proposed to the person of what was written for their assignment."""
    mine = assignment.caption
    if assignment.task == "fill" and mine is not None:
        result = filled(mine, proposal)
    elif assignment.task == "element" and mine is not None and assignment.element is not None:
        result = with_element(mine, proposal, assignment.element)
    elif assignment.task == "layout":
        result = laid_out(mine, proposal, assignment.texts)
    else:
        result = proposal
    if mine is not None and keep.boxes:
        result = with_boxes(mine, result)
    if mine is not None and keep.palette:
        result = with_palette(mine, result)
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


def with_element(mine: Caption, proposal: Caption, index: int) -> Caption:
    """`mine` with one element described anew; its type, box and letters stay."""
    own = mine.compositional_deconstruction.elements
    theirs = proposal.compositional_deconstruction.elements
    old = own[index]
    same = [new for new in theirs if new.type == old.type]
    if not same:
        return mine
    # Whoever answered with the whole caption has it in the same place; else the most alike one.
    in_place = len(theirs) == len(own) and theirs[index].type == old.type
    new = theirs[index] if in_place else max(same, key=lambda other: alike(old, other))
    anew = replace(
        old,
        desc=new.desc or old.desc,
        bbox=old.bbox or new.bbox,
        colour_palette=new.colour_palette or old.colour_palette,
    )
    return _with_elements(mine, [*own[:index], anew, *own[index + 1 :]])


def laid_out(mine: Caption | None, proposal: Caption, texts: Sequence[str]) -> Caption:
    """Each text once and letter for letter, placed as proposed; what is no lettering stays.

    A text that the proposal forgot gets a place below one another.
    """
    theirs = proposal.compositional_deconstruction.elements
    base = proposal if mine is None else mine
    others = [e for e in base.compositional_deconstruction.elements if e.type != "text"]
    wanted = [Element("text", LETTERING, None, text) for text in texts]
    old = () if mine is None else mine.compositional_deconstruction.elements
    written = [element for element in old if element.type == "text"]
    matches = pairs(wanted, theirs)
    before = pairs(wanted, written)
    lettering = []
    for place, element in enumerate(wanted):
        if place in matches:
            new = theirs[matches[place]]
            element = replace(
                element,
                desc=new.desc or LETTERING,
                bbox=new.bbox,
                colour_palette=new.colour_palette,
            )
        elif place in before:
            element = replace(written[before[place]], text=element.text)
        lettering.append(element)
    homeless = [place for place, element in enumerate(lettering) if element.bbox is None]
    for place, box in zip(homeless, stacked([texts[i] for i in homeless]), strict=True):
        lettering[place] = replace(lettering[place], bbox=box)
    return _with_elements(base, [*others, *lettering])


def with_boxes(mine: Caption, proposal: Caption) -> Caption:
    """The proposal with every box of `mine` in its place, and with the elements it dropped.

    An element that answers to one of `mine` stands where that one stood; boxes of elements that are
    new are the proposal's.
    """
    own = mine.compositional_deconstruction.elements
    new = list(proposal.compositional_deconstruction.elements)
    matches = pairs(own, new)
    for i, j in matches.items():
        if own[i].bbox is not None:
            new[j] = replace(new[j], bbox=own[i].bbox, hidden=own[i].hidden)
    dropped = [e for i, e in enumerate(own) if i not in matches and e.bbox is not None]
    return _with_elements(proposal, [*new, *dropped])


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
