"""Names that are never stemmed: of genes and proteins, drugs, diseases, scales and people, and acronyms.

They are known by their folded form alone, so that a query in small letters meets what an article writes in
capitals. Names with a digit need no entry: nothing that holds one is stemmed.
"""

from __future__ import annotations

from typing import Final

_GENES: Final = """
    actin albumin als alsin ang angiogenin ankyrin annexin apoe app ataxin atxn bace bdnf calbindin
    calreticulin caspase ccnf chitotriosidase chmp clusterin cntf cyld cystatin dao dctn dnajc dynactin
    dynein elp erbb ewsr exportin ezrin ferritin fig fmrp fus fyn gdnf gfap gle gpnmb granulin grn hdac
    hemoglobin hgf hnrnp htt huntingtin igf insulin interleukin kif kinase kinesin lrp lrrk mapt matr
    matrin mecp mmp mtor myosin nefh nefl nefm nek nestin neuregulin neurofilament nipa optineurin optn
    osteopontin park parkin parvalbumin periaxin peripherin pfn pgrn pikfyve pink prnp profilin
    progranulin prph reelin ripk sarm semaphorin senataxin sequestosome setx sigmar sirtuin smn snca sod
    spatacsin spectrin spg sptlc sqstm stathmin stmn synuclein taf tarbp tardbp tau tbk tdp tia tls
    transthyretin trem tropomyosin troponin trpm tuba tubulin ubiquilin ubiquitin ubqln unc vamp vapb
    vcp vegf vegfa vimentin xpo
"""
_DRUGS: Final = """
    acthar albrioza alcar aldesleukin amitriptyline ammonaps anakinra apilimod arimoclomol arundic atsm
    azilect baclofen bosulif bosutinib botox bravyl buphenyl ceftriaxone celecoxib ciprofloxacin
    cistanche clenbuterol cnm creatine cuatsm cuvposa cyclophosphamide debamestrocel dexpramipexole
    dextromethorphan ebixa edarabone edaravone elavil emylif engensis eril evrysdi exservan ezogabine
    fasudil fingolimod fycompa gabapentin gilenya glycopyrrolate glycopyrronium huntexil ibudilast
    jacifusen kinavet lamotrigine lenzumestrocel levacecarnine levosimendan lioresal lithium masatinib
    masitinib masivet mecobalamin mekinist memantine metformin methotrexate methylcobalamin mexiletine
    mexitil minocycline miplyffa namenda neuronata norphenazone nuedexta nurown nusinersen olesoxime
    onasemnogene pentoxifylline perampanel pheburane phenylbutyrate pioglitazone potiga pramipexole
    pridopidine proleukin qalsody quinidine radicava radicut rapamycin rasagiline ravulizumab
    reldesemtiv relyvrio requip retigabine rilutek riluzole risdiplam robinul ropinirole rozebalamin
    selegiline simdax sirolimus spinraza talampanel tamoxifen taurursodiol teglutik tiglutik tirasemtiv
    tocilizumab tofersen topiramate trametinib trehalose trobalt tudca turso ubidecarenone ubiquinol
    ubiquinone ulefnersen ultomiris utreloxastat verdiperstat xaliproden xavron zilbrysq zilucoplan
    zolgensma
"""
_ACRONYMS: Final = """
    aac aav adas adsc aids alsa alsaq alsfrs alsftd alspdc alssqol alsuntangled aon aso atlis atp avp
    awaji bbb bci bipap bmaa bmi bmsc bvals bvftd bvvl cafs calsnic cbs cdna cjd ck clis cmap cmt cnmau
    cns copd cpk cppic crispr csf cst dna dpr dti dtr ecas eeg eim ela elisa emg encals eortc er fals
    fdg fdopa fosmn ftd ftdals ftdmnd ftld fvc gwas hdsc hipsc hsp ibm ibmpfd ieed ims ipsc iwrs jals
    jpls kegg lis llps lmn lncrna madras mdsc mep mip mirna mitos mmnd mms mn mnd moca mrc mri mrna mrs
    msc msp mund mune munix ncrna ncs nfh nfkb nfl nfvppa nippv niv nmj nnt npc nppv nsaid olig opc pba
    pbmc pbp pcf pcr pdals peg pet pigg plos pls pma pmn pnfh ppa pparg prg prion proact qol ran rig rna
    rnai ros rrna rtd rtms sals sbma scrna shrna sici sicis sirna sla sma snip snp snrna ssri svc svppa
    tbi tdcs tiv tms tnf tppv tricals trna tttms ugt umn upr vns wes wgs whs wms
"""
_PEOPLE: Final = """
    alzheimer aran babinski barthel beck bernhardt borg bunina charcot creutzfeldt duchenne fazio gehrig
    guam guillain healey hirayama hodgkin hoffmann huntington jakob kaplan kennedy kii kruskal lambert
    lewy londe lytico madras mariana marie meier mesulam paget parkinson patrikios rasch vialetto
    vulpian wallis werdnig whitney wilcoxon
"""

PROTECTED: Final = frozenset(f"{_GENES}{_DRUGS}{_ACRONYMS}{_PEOPLE}".split())
"""Folded names that are their own term; one with an s behind it is their plural."""

_ENDINGS: Final = (
    "mab", "tinib", "rafenib", "parib", "ciclib", "zomib", "nersen", "mersen", "fersen", "statin", "sartan",
    "prazole", "conazole", "olol", "cillin", "cycline", "mycin", "gliptin", "gliflozin", "glutide", "triptan",
    "setron", "lukast", "dipine", "oxetine", "azepam", "vudine", "caine", "mestrocel", "plermin", "rna",
)  # fmt: skip
"""How the international names of drugs of one kind end, and RNA of any kind."""


def is_protected(word: str) -> bool:
    """Say whether a folded word is a name that must not be stemmed."""
    return word in PROTECTED or word.endswith(_ENDINGS)
