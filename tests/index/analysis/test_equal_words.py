"""The table of what is the same word, however it is written, and of what must never be."""

from __future__ import annotations

import pytest

from crawler.markup import from_html, index_text
from index.analysis.analyzer import analyze

EQUAL = """
TDP-43 = TDP43 = TDP 43 = tdp-43 = tdp 43 = TDP‑43 = TDP–43 = Tdp-43 = TDP<sub>43</sub>
pTDP-43 = pTDP43 = p-TDP-43 = p-TDP43
C9orf72 = C9ORF72 = C9 orf 72 = C9-orf-72 = C9orf 72 = C9 ORF72 = c9orf72 = C9-ORF72
SOD1 = SOD-1 = SOD 1 = sod1
SOD1<sup>G93A</sup> = SOD1-G93A = SOD1G93A = SOD1 G93A = sod1 g93a = SOD1(G93A = SOD1 (G93A = SOD1:G93A = G93A SOD1 = G93A-SOD1 = SOD1 p.Gly93Ala
hSOD1G93A = hSOD1-G93A = hSOD1 G93A
FUS R521C = FUS-R521C = FUSR521C = FUS p.Arg521Cys = fus<sup>R521C</sup>
TDP-43 A315T = TDP43-A315T = TDP-43A315T = TDP43<sup>A315T</sup> = TDP43A315T
p.Gly93Ala = Gly93Ala = G93A = p.G93A = p.gly93ala
p.Gln331* = Q331X = p.Gln331Ter = p.Q331*
c.280G>A = 280G>A = c.280g>a
alpha-synuclein = α-synuclein = alpha synuclein = α synuclein = αsynuclein = Alpha-Synuclein = ɑ-synuclein
NF-kappaB = NF-κB = NFkB = NF kappa B = NF-kappa-B = NF kappaB = NFκB = NF-kB = NF kB = NF κB = NFkappaB = nf-kappa b
TNF-α = TNF-alpha = TNFα = TNF alpha = TNFalpha = TNFa
IFN-γ = IFN-gamma = IFNγ = IFN gamma = IFNG
IL-1β = IL-1beta = IL1β = IL 1 beta = IL-1 beta = IL1B = IL 1β
TGF-β1 = TGF-beta1 = TGFβ1 = TGF-beta 1 = TGF beta 1 = TGF-ß1 = TGFB1
Aβ42 = Abeta42 = Aβ-42 = A-beta-42
amyloid-β = amyloid beta = amyloid-beta = amyloid β
β-amyloid = beta-amyloid = beta amyloid
GSK-3β = GSK3β = GSK-3 beta = GSK3B = GSK 3β
PPARγ = PPAR-gamma = PPAR gamma
γδ = gamma-delta
αβ = alpha-beta
ΔFS = delta-FS = δFS
μg = µg = ug
IGF-I = IGF-1 = IGF1 = IGF I = IGF 1 = igf-i
IGF-II = IGF-2 = IGF2
IGF-IR = IGF-1R = IGF1R
phase II = phase 2 = phase-II = Phase 2
phase IIb = phase 2b
type I = type 1 = type-1
angiotensin II = angiotensin 2
IL-6 = IL 6 = IL6
interleukin-6 = interleukin 6
caspase-3 = caspase 3
ataxin-2 = ataxin 2
COVID-19 = COVID 19
MN-166 = MN 166 = MN166
BIIB067 = BIIB-067 = BIIB 067
CK-2127107 = CK 2127107 = CK2127107
hnRNP A1 = hnRNP-A1 = hnRNPA1
KIF5A = KIF 5A = KIF-5A
non-invasive = noninvasive = non invasive = Non-Invasive = non‐invasive
anti-inflammatory = antiinflammatory = anti inflammatory
post-mortem = postmortem = post mortem
neuro-inflammation = neuroinflammation = neuro inflammation
pseudo-bulbar = pseudobulbar = pseudo bulbar
follow-up = followup = follow up
health-care = healthcare = health care
care-giver = caregiver = care giver
wild-type = wildtype = wild type
up-regulated = upregulated
moto-neuron = motoneuron = moto neurone
co-operation = cooperation
neuron = neurone = neurons = neurones = neuronal
motoneuron = motoneurones
tumor = tumour = tumors = tumours
behavior = behaviour = behavioral = behavioural
color = colour
labor = labour
odor = odour
neighboring = neighbouring
favorable = favourable
esophagus = oesophagus
gastroesophageal = gastro-oesophageal = gastrooesophageal
estrogen = oestrogen
edema = oedema = œdema
fetus = foetus
fetal = foetal
diarrhea = diarrhoea
dyspnea = dyspnoea
sialorrhea = sialorrhoea
celiac = coeliac
homeostasis = homoeostasis
anemia = anaemia
ischemic = ischaemic
hemorrhage = haemorrhage
hematology = haematology
leukemia = leukaemia
hypoglycemia = hypoglycaemia
pediatric = paediatric
orthopedics = orthopaedics
etiology = aetiology
anesthesia = anaesthesia
paresthesia = paraesthesia
gynecology = gynaecology
cecum = caecum
cesarean = caesarean
aging = ageing
gray = grey
program = programme
programs = programmes
center = centre
centers = centres
centered = centred
fiber = fibre
fibers = fibres
liter = litre
milliliters = millilitres
centimeter = centimetre
titer = titre
theater = theatre
analog = analogue
analogs = analogues
homolog = homologue
catalog = catalogue
labeled = labelled
immunolabeling = immunolabelling
modeling = modelling
signaling = signalling
traveled = travelled
canceled = cancelled
channeling = channelling
fulfill = fulfil
enrollment = enrolment
skillful = skilful
sulfate = sulphate
sulfur = sulphur
organization = organisation
organize = organise
randomized = randomised
randomization = randomisation
hospitalized = hospitalised
characterizing = characterising
visualization = visualisation
minimizes = minimises
analyze = analyse
analyzed = analysed
paralyzed = paralysed
hydrolyze = hydrolyse
analysis = analyses
diagnosis = diagnoses = diagnosed
hypothesis = hypotheses
prognosis = prognoses
defense = defence
license = licence
practice = practise
practicing = practising
judgment = judgement
artifact = artefact
leukocyte = leucocyte
maneuver = manoeuvre
amebic = amoebic
specialty = speciality
preventive = preventative
adapter = adaptor
aluminum = aluminium
skeptical = sceptical
tranquilizer = tranquilliser
mouse = mice
child = children
woman = women
criterion = criteria
bacterium = bacteria
nucleus = nuclei
cortex = cortices
index = indices
focus = foci
iPSC = iPSCs = ipsc
siRNA = siRNAs
MN = MNs
als = ALS = Als
riluzole = Riluzole = RILUZOLE
lateral = laterally
severe = severity
naïve = naive = naïve
Müller = Muller = Müller
Ménière = Meniere
ﬁbrosis = fibrosis
Gehrig's = Gehrig’s = Gehrig
Charcot-Marie-Tooth = Charcot–Marie–Tooth
1,000 = 1000
neuro­degeneration = neurodegeneration
degeneration = degenerative = degenerating
"""

DIFFERENT = """
TDP-43 | TDP1
TDP-43 | TDP-2
TDP43 | TDP4
SOD1 | SOD2
SOD1 | SOD
C9orf72 | C9
G93A | G93R
p.Gly93Ala | p.Gly93Arg
IGF-I | IGF-II
IL-1 | IL-11
phase II | phase III
phase I/II | phase III
10-20 | 1020
2019-2020 | 20192020
ALS | al
ALS | AL
FUS | fuse
lateral | later
university | universal
organ | organization
organ | organism
organic | organ
general | generate
general | generic
past | paste
new | news
import | important
experience | experiment
several | severe
clinic | clinical
medical | medication
physical | physics
family | familial
secret | secretion
test | testes
object | objective
subject | subjective
position | positive
age | aging
marker | market
state | statin
motor | motion
motif | motive
creatine | creatinine
riluzole | rilutek
tau | tauopathy
mutant | mutation
patient | patience
ataxin | ataxia
tumor | tumid
neuron | neural
thesis | these
basis | base
exercise | exorcise
four | for
hour | hor
disease | diseized
premise | premium
"""


def rows(table: str, sign: str) -> list[tuple[str, str]]:
    """Return the first of each line with each of the others."""
    lines = [[word.strip() for word in line.split(sign)] for line in table.strip().splitlines()]
    return [(first, other) for first, *others in lines for other in others]


def whole(text: str) -> str:
    """Return the one term that a writing becomes as a whole."""
    plain = index_text(from_html(text.replace("G>A", "G&gt;A").replace("g>a", "g&gt;a")))
    tokens = analyze(plain)
    widest = tokens[0]
    assert widest.position + widest.width == tokens[-1].position + tokens[-1].width, tokens
    return widest.term


def test_the_table_is_long_enough() -> None:
    assert len(rows(EQUAL, " = ")) + len(rows(DIFFERENT, " | ")) >= 150


@pytest.mark.parametrize(("one", "other"), rows(EQUAL, " = "))
def test_writings_of_the_same_become_one_term(one: str, other: str) -> None:
    assert whole(one) == whole(other)


@pytest.mark.parametrize(("one", "other"), rows(DIFFERENT, " | "))
def test_what_differs_has_no_whole_term_in_common(one: str, other: str) -> None:
    terms = {token.term for token in analyze(one)}
    others = {token.term for token in analyze(other)}
    assert analyze(one)[0].term not in others
    assert analyze(other)[0].term not in terms
