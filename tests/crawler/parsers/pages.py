"""Invented PubMed pages, in the structure of the real ones; nobody wrote or did what they say."""

from __future__ import annotations

from typing import Final

TITLE: Final = "Swallowing in <i>SOD1</i><sup>G93A</sup> mice: a trial of tea &amp; CO<sub>2</sub> &lt; 5%"

_HEADING: Final = f"""
<header class="heading" id="heading">
 <div class="short-view" id="short-view-heading">
  <div class="publication-type">Clinical Trial</div>
  <h1 class="heading-title">{TITLE}</h1>
  <div class="inline-authors"><span class="authors-list">Ada B van den Berg et al.</span>
   <span class="journal">J Inv Neurol</span>. <span class="date">2023</span>.</div>
 </div>
 <div class="full-view" id="full-view-heading">
  <div class="publication-type">Clinical Trial</div>
  <div class="article-source">
   <button id="full-view-journal-trigger" class="journal-actions-trigger trigger"
     title="Journal of invented neurology">J Inv Neurol</button>
   <div class="content dropdown-container"><a href="#">Search in NLM Catalog</a></div>
   <span class="period">. </span><span class="cit">2023 Aug 7;26(8):872-881.</span>
   <span class="citation-doi">doi: 10.9999/INV.2023.001.</span>
   <span class="secondary-date">Epub 2022 Nov 3.</span>
   <span class="ahead-of-print">Online ahead of print.</span>
  </div>
  <h1 class="heading-title">
    {TITLE}
  </h1>
  <p class="vernacular-title">La d&eacute;glutition des <i>souris</i></p>
  <span class="language">[Article in English, French]</span>
  <div class="inline-authors"><div class="authors"><div class="authors-list">
   <span class="authors-list-item"><a class="full-name"
     href="/?term=van+den+Berg+AB&amp;cauthor_id=99">Ada B van den Berg</a><sup
     class="affiliation-links"><a class="affiliation-link" href="#full-view-affiliation-1">1</a>
     <a class="affiliation-link" href="#full-view-affiliation-2">2</a></sup>
     <a href="https://orcid.org/0000-0002-1825-0097">ORCID</a><span class="comma">, </span></span>
   <span class="authors-list-item"><a class="full-name"
     href="/?term=N%C3%BA%C3%B1ez+J+Jr">Jean-Paul N&uacute;&ntilde;ez Jr</a><sup
     class="affiliation-links"><a class="affiliation-link" href="#full-view-affiliation-2"
     >2</a></sup><span class="comma">, </span></span>
   <span class="authors-list-item"><span class="full-name">Philip Van Damme</span></span>
   <span class="authors-list-item"><span class="collective-name">Tea Trial Group</span></span>
   <span class="authors-list-item"><span class="collective-name">et al.</span></span>
  </div></div>
  <div class="collaborators"><h3 class="title">Collaborators</h3>
   <span class="authors-list-item"><a class="full-name" href="/?term=Roe+R">Rita Roe</a></span></div></div>
  <div class="extended-article-details" id="full-view-expanded-authors"><div class="affiliations">
   <h3 class="title">Affiliations</h3><ul class="item-list">
    <li id="full-view-affiliation-1"><sup class="key">1</sup> Institute of Tea, Delft, The Netherlands.
      ada@example.org.</li>
    <li id="full-view-affiliation-2"><sup class="key">2</sup> 2nd Clinic, Lima, Peru.</li></ul></div></div>
  <ul class="identifiers" id="full-view-identifiers">
   <li><span class="identifier pubmed"><strong class="current-id"
     title="PubMed ID">99000001</strong></span></li>
   <li><span class="identifier pmc"><a class="id-link"
     href="https://pmc.ncbi.nlm.nih.gov/articles/PMC99000002/">PMC99000002</a></span></li>
   <li><span class="identifier doi"><a class="id-link"
     href="https://doi.org/10.9999/inv.2023.001">10.9999/INV.2023.001</a></span></li>
  </ul>
 </div>
</header>
"""

_ABSTRACT: Final = """
<div class="linked-articles"><h3 class="title">Retraction in</h3><ul class="items">
  <li><a href="/99000003/">Retraction: Swallowing.</a> Roe R. J Inv Neurol. 2024;27(1):1. PMID: 99000003 No
   abstract available.</li></ul>
 <h3 class="title">Expression of concern in:</h3>
  <ul><li>J Inv Neurol. 2023;26(9):900. PMID: 99000004.</li></ul>
 <h3 class="title">See also</h3><ul><li>Something else.</li></ul></div>
<div class="abstract" id="abstract">
 <h2 class="title">Abstract</h2>
 <div class="abstract-content" id="spa-abstract"><p>El t&eacute; no ayuda.</p></div>
 <div class="abstract-content selected" id="eng-abstract">
  <p><strong class="sub-title"> BACKGROUND: </strong> Mice <i>drink</i> tea.</p>
  <p><strong class="sub-title">METHODS AND RESULTS:</strong> They did not: <i>p</i> &lt; 0.05.</p>
  <p class="copyright">&copy; 2023 The Inventors.</p>
 </div>
 <div class="abstract-content" id="plain-language-summary">
  <p><strong class="sub-title">Plain language summary:</strong> Tea is not for mice.</p></div>
 <p><strong class="sub-title"> Keywords: </strong> Tea; Mice, transgenic;
   swallowing; Tea.</p>
 <p><strong class="sub-title">Plain language summary:</strong> In short: no tea.</p>
</div>
<div class="pubmed-disclaimer"><a href="/disclaimer/">PubMed Disclaimer</a></div>
<div id="conflict-of-interest"><h2 class="title">Conflict of interest statement</h2>
 <div class="statement"><p>RR owns <i>one</i> teapot.</p></div></div>
<div class="figures" id="figures"><h2 class="title">Figures</h2>
 <figure class="figure-item"><figcaption><div class="figure-label">Figure 1.</div><div class="figure-caption">
  <strong class="figure-caption-label">Figure 1.</strong><div class="figure-caption-contents"><p>A cup of
  <b>tea</b></p></div></div></figcaption></figure></div>
"""

_LISTS: Final = """
<div class="references" id="references"><h2 class="title">References</h2><ol class="references-list">
 <li><h3>Books</h3><ol class="references-and-notes-list"><li value="1">
  Roe R. On &ldquo;tea&rdquo;. 1999;1:1&ndash;2.
  - <a class="reference-link" href="https://doi.org/10.9999%2Ftea">DOI</a>
  - <a class="reference-link" href="https://www.ncbi.nlm.nih.gov/pmc/articles/PMC99000005/">PMC</a>
  - <a class="reference-link" href="/99000005/">PubMed</a></li></ol></li>
 <li><ol class="references-and-notes-list"><li value="1">Doe D. On mice. 2001.
  - <a class="reference-link" href="https://pubmed.ncbi.nlm.nih.gov/99000006/">PubMed</a></li></ol></li></ol>
 <button class="show-all" data-next-page-url="/99000001/references/">Show all 1,090 references</button></div>
<div id="publication-types"><h2>Publication types</h2><ul class="keywords-list">
 <li><div><button class="keyword-actions-trigger">Clinical Trial</button>
  <div class="dropdown-container">Search in PubMed</div></div></li>
 <li><div><button class="keyword-actions-trigger">Retracted Publication</button></div></li>
 <li><div><button class="keyword-actions-trigger">Clinical Trial</button></div></li></ul></div>
<div id="mesh-terms"><h2>MeSH terms</h2><ul class="keywords-list">
 <li><button class="keyword-actions-trigger">Amyotrophic Lateral Sclerosis / genetics*</button></li>
 <li><button class="keyword-actions-trigger">Amyotrophic Lateral Sclerosis / therapy</button></li>
 <li><button class="keyword-actions-trigger">Tea*</button></li>
 <li><button class="keyword-actions-trigger">Animals</button></li></ul></div>
<div id="substances"><h2>Substances</h2><ul>
 <li><button class="keyword-actions-trigger">Tea</button></li></ul></div>
<div id="supplementary-concepts"><h2>Supplementary concepts</h2><ul>
 <li><button class="keyword-actions-trigger">Teapot syndrome</button></li></ul></div>
<div class="associated-data" id="associated-data"><h2>Associated data</h2><ul>
 <li><a href="#">ClinicalTrials.gov/NCT99999991</a></li>
 <li><a href="#">ClinicalTrials.gov/NCT99999992</a></li>
 <li>Dryad/10.9999/dryad.x</li></ul></div>
<div id="grants"><h2>Grants and funding</h2><ul><li><a>R01 XX000001/XX/NIXX NIH HHS/United States</a></li>
 <li>MR/X1/1/MRC_/Medical Research Council/United Kingdom</li></ul></div>
<div class="linkout" id="linkout"><h2 class="title">LinkOut - more resources</h2></div>
"""

PAGE: Final = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Swallowing - PubMed</title>
<meta name="citation_title" content="Swallowing in SOD1 mice"><meta name="citation_pmid" content="99000001">
<meta name="citation_doi" content="10.9999/inv.2023.001">
<link rel="canonical" href="https://pubmed.ncbi.nlm.nih.gov/99000001/"></head>
<body><section class="usa-banner"><p>An official website of the United States government</p></section>
<nav><a href="#access">Access keys</a></nav>
<main class="article-details" id="article-details">{_HEADING}{_ABSTRACT}{_LISTS}</main>
<footer>Follow NCBI</footer></body></html>"""
"""A page that shows every part that an article page can have."""

SHORT_PAGE: Final = """<main id="article-details"><div id="full-view-heading">
<h1 class="heading-title">Tea</h1>
<ul id="full-view-identifiers"><li><strong class="current-id" title="PubMed ID">99000009</strong></li></ul>
</div><div id="abstract"><em class="empty-abstract">No abstract available</em></div></main>"""
"""A page with nothing but a title and a PubMed ID."""

BLOCKED_PAGE: Final = """<html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body>
<h1>Access Denied</h1><p>Your access to the NCBI website has been blocked.</p></body></html>"""
"""What NCBI answers to an address that asked too much."""

RESULTS_PAGE: Final = """<html><head><title>tea - Search Results - PubMed</title></head><body><main>
<section class="search-results" id="search-results"><h1 class="heading-title">Tea</h1>
<span class="docsum-pmid">99000001</span></section></main></body></html>"""
"""A page of search results, one of which is shown with its heading."""

FURNITURE: Final = (
    "official website", "Access keys", "PubMed Disclaimer", "LinkOut", "Search in", "NLM Catalog",
    "Add to Search", "Skip to main", "NCBI Homepage", "Show all", "Follow NCBI", "Federal government",
    "Main Navigation", "The site is secure", "Something else", "ORCID", "No abstract available",
)  # fmt: skip
"""Words of the page around the article, none of which belongs to it."""
