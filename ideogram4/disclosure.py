"""What a picture says of its making: that a model drew it, which one, and under whose licence.

Plain metadata: one XMP packet in the place where PNG readers look for it, in the vocabulary of IPTC
that search engines and photo programs know. What it is not: proof. It is not signed, anyone can
write or remove it, and many programs drop it when they save; docs/safety.md says more. Captions
stay out of it.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from ideogram4 import __version__
from ideogram4.choice import REAL
from ideogram4.model.config import FULL_MODEL_LICENCE
from ideogram4.weights.gate import licence_page

XMP = "XML:com.adobe.xmp"  # the keyword that the XMP specification gives to PNG
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
DRAWN = SOURCE_TYPES + "trainedAlgorithmicMedia"
ASSEMBLED = SOURCE_TYPES + "compositeSynthetic"  # of drawn pictures: a contact sheet
LICENCE_PAGES = {
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    FULL_MODEL_LICENCE: licence_page(REAL),
}
SUMMARY = (
    "AI-generated, by which weights and under which licence, in its metadata (XMP); "
    "that is not signed and proves nothing"
)
LONGEST = 200  # characters of a name; a checkpoint can call itself anything
NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Only text stands where something is filled in, never an attribute or a name.
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>
   <Iptc4xmpExt:AISystemUsed>{weights}</Iptc4xmpExt:AISystemUsed>
   <xmpRights:UsageTerms>
    <rdf:Alt><rdf:li xml:lang="x-default">{terms}</rdf:li></rdf:Alt>
   </xmpRights:UsageTerms>{statement}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
STATEMENT = "\n   <xmpRights:WebStatement>{page}</xmpRights:WebStatement>"


def disclosure(
    *, weights: str, licence: str, version: str = __version__, source_type: str = DRAWN
) -> dict[str, str]:
    """The entry to save with a picture that `weights` drew, for `ideogram4.png.save_png`.

    version: of this program when it drew. source_type: DRAWN or ASSEMBLED.
    """
    page = LICENCE_PAGES.get(licence)
    terms = (
        f"Drawn by a model whose weights are under this licence: {licence[:LONGEST]}. "
        "Read it before you use the picture."
    )
    packet = PACKET.format(
        tool=_text(f"ideogram4 {version}"),
        source_type=_text(source_type),
        weights=_text(weights),
        terms=_text(terms, len(terms)),
        statement=STATEMENT.format(page=_text(page)) if page else "",
    )
    return {XMP: packet}


def _text(value: str, longest: int = LONGEST) -> str:
    """Any text as XML text; what XML cannot hold becomes a space."""
    return escape(NO_XML.sub(" ", value[:longest]))
