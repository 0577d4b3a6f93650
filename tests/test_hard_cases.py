"""Papers that use a topic's words and are not about it, each beside a true friend that is.

They were written for this test, and go through the catalogue as it is shipped.
"""

from typing import NamedTuple

import pytest

from digests.matching import catalogue
from digests.matching.paper_text import PaperText


class Case(NamedTuple):
    """A paper, and a topic that it does or does not belong to."""

    title: str
    abstract: str
    topic: str


def topics_of(title: str, abstract: str) -> set[str]:
    return {*catalogue.matcher().match(PaperText.of(title, abstract))}


def reasons(title: str, abstract: str) -> set[str]:
    matched = catalogue.matcher().match(PaperText.of(title, abstract))
    return {phrase for phrases in matched.values() for phrase in phrases}


FALSE_FRIENDS = {
    "heat diffusion": Case(
        "Heat Diffusion in Layered Composites with Imperfect Interfaces",
        "We solve the heat equation for stacked plates whose contact resists the flow of heat. "
        "Diffusion across each interface is described by a jump condition. "
        "Measured temperatures of three composites agree with the solution within two kelvin.",
        "diffusion",
    ),
    "diffusion of solutes": Case(
        "Diffusion of Dissolved Salts through Compacted Clay",
        "Barriers of clay slow the spread of salts from landfills. We measure how chloride "
        "diffuses through samples of different density over two years. "
        "Diffusion slows down threefold where the pores are narrow.",
        "diffusion",
    ),
    "information diffusion": Case(
        "Who Spreads the News: Information Diffusion in Village Communities",
        "We follow how a public notice travels from neighbour to neighbour in forty villages. "
        "Diffusion is fastest where shopkeepers hear of it first, and stops at language borders.",
        "diffusion",
    ),
    "transformer oil": Case(
        "Ageing of Transformer Oil under Repeated Thermal Stress",
        "Mineral oil insulates and cools the windings of a transformer. We heat samples for a "
        "thousand hours and record acidity and breakdown voltage. "
        "Transformers that run hot should have their oil replaced after nine years.",
        "architectures",
    ),
    "power transformers": Case(
        "Locating Partial Discharges in Power Transformers by Ultrasound",
        "Discharges in the insulation of a transformer announce its failure. Four sensors on the "
        "tank of each transformer locate them to within five centimetres at a substation.",
        "architectures",
    ),
    "RNA, the name of a method": Case(
        "RNA: Rectified Neighbour Averaging for Noisy Labels",
        "Wrong labels mislead classifiers of images. We propose RNA, which averages what is "
        "predicted for a sample's neighbours in feature space and rectifies its label. "
        "On CIFAR-100 with 40% noise RNA raises the accuracy of a ResNet by three points.",
        "health",
    ),
    "RNA, a network's abbreviation": Case(
        "Recurrent Neural Aligner: RNA for Streaming Transcription",
        "We introduce the recurrent neural aligner (RNA), a sequence model that emits characters "
        "while somebody is still speaking. RNA needs no aligned training data and halves the word "
        "error rate of an earlier streaming model.",
        "health",
    ),
    "traffic from advertisements": Case(
        "Paying for Traffic: Click-Through Rates of Search Advertisements",
        "Merchants buy traffic from search engines and pay for each click. We predict the "
        "click-through rate of an advertisement from the query and its landing page, and show in "
        "an online test that better traffic pays for higher bids.",
        "robotics",
    ),
    "traffic of a shop": Case(
        "Estimating the Value of Web Traffic for Online Shops",
        "Not every click on an advertisement becomes a purchase. We model conversion of paid and "
        "of organic traffic with click logs of a retailer, and bid for impressions accordingly.",
        "time-series",
    ),
    "policy optimization": Case(
        "Clipped Policy Optimization with Fewer Samples",
        "Policy optimization needs many interactions with its environment. We reuse the "
        "trajectories of earlier policies with clipped importance weights. "
        "In locomotion tasks the agent reaches the same return with half of the episodes.",
        "optimization",
    ),
    "relative policy optimization": Case(
        "Group Relative Policy Optimization without a Critic's Noise",
        "We study policy optimization for language models with verifiable rewards. Advantages "
        "that are normalised within a group are noisy where all answers fail. "
        "Our policy optimization drops such groups and reasons better at the same cost.",
        "optimization",
    ),
    "biologically plausible": Case(
        "A Biologically Plausible Alternative to Backpropagation",
        "Backpropagation needs weights to be the same in both directions, which is not "
        "biologically plausible, as no brain could transport them between its neurons. We train "
        "deep networks with a local Hebbian rule and random feedback, and come close to "
        "backpropagation on CIFAR-10 and ImageNet.",
        "health",
    ),
    "biologically inspired": Case(
        "Biologically Inspired Local Learning for Deep Networks",
        "Each layer of our network learns from signals it has itself, without a backward pass. "
        "The rule is inspired by biology, needs a third of the memory, and loses two points of "
        "accuracy against gradient descent on image classification.",
        "health",
    ),
    "state-space models in control": Case(
        "Identifying Linear State-Space Models under Bounded Disturbances",
        "A linear system is described by a state-space model whose matrices are unknown. From "
        "inputs and outputs of a single experiment we estimate them, and design a controller that "
        "is stable for all systems that fit the measurements.",
        "architectures",
    ),
    "state-space models for filtering": Case(
        "A Kalman Filter for State-Space Models with Missing Measurements",
        "Sensors drop out. We derive the optimal linear filter of a state-space model whose "
        "observations arrive with a known probability, and bound its error covariance.",
        "architectures",
    ),
    "contrast agents": Case(
        "Safer Contrast Agents for Imaging of the Kidney",
        "Contrast agents make vessels visible but strain the kidney. We compare two agents in "
        "three hundred patients. The agent with the lower dose shows the same lesions.",
        "agents",
    ),
    "chemical agents": Case(
        "Detecting Nerve Agents with Porous Crystals",
        "A chemical agent that is released in a city must be detected in seconds. Our crystal "
        "changes its colour when a molecule of the agent enters a pore, at two parts per billion.",
        "agents",
    ),
    "an anticancer agent": Case(
        "An Anticancer Agent from Marine Sponges",
        "We isolate an agent from a sponge of the Red Sea and determine its structure. "
        "The agent stops the growth of tumours in mice without harm to healthy tissue.",
        "agents",
    ),
    "attention deficits": Case(
        "Attention Deficits and Sleep in School Children",
        "Children with attention deficit hyperactivity disorder sleep badly. We ask the parents of "
        "six hundred pupils and find that attention at school follows the hours of sleep. "
        "ADHD symptoms were milder after longer nights.",
        "architectures",
    ),
    "sustained attention": Case(
        "Sustained Attention of Night-Shift Nurses",
        "Attention lapses in the early morning are a danger to patients. Nurses did a vigilance "
        "test every two hours; their attention was worst at five o'clock.",
        "architectures",
    ),
    "policy of a government": Case(
        "Public Policy and the Price of Carbon",
        "Policy makers need evidence on what a price of carbon does. We compare the policy of "
        "twelve governments, each in its own economic environment, over twenty years.",
        "rl",
    ),
    "llama, the animal": Case(
        "Grazing of Llamas on High Meadows",
        "We follow three herds of llamas for a year. A llama walks further for grass than an "
        "alpaca, and a herd that is led by an old llama finds water sooner.",
        "llm",
    ),
    "mesh network": Case(
        "A Mesh Network for Rural Schools",
        "Wireless routers form a mesh network where cables are too dear. The mesh networks of nine "
        "schools stayed connected when a third of the routers failed.",
        "3d",
    ),
    "GAN within organ": Case(
        "Preserving a Donor Organ for Longer",
        "Each organ is cooled and perfused before its transplant. An organ that was perfused with "
        "oxygen could be kept for thirty hours, and organs of older donors gained most.",
        "generative-models",
    ),
    "gan in small letters": Case(
        "Songs of the Gan Dialect",
        "Speakers of gan live along one river. We collect four hundred songs in gan and describe "
        "how their tones follow the melody.",
        "generative-models",
    ),
}

TRUE_FRIENDS = {
    "diffusion": Case(
        "Fewer Denoising Steps for Diffusion Models",
        "Diffusion models turn noise into images in many steps. We choose the timesteps of the "
        "sampler anew for each image, and generate with eight steps what took fifty.",
        "diffusion",
    ),
    "diffusion beside heat diffusion": Case(
        "Blurring Images by Heat: A Generative Model",
        "Unlike heat diffusion, which loses detail for good, the reverse process of a diffusion "
        "model restores it. We train a denoising network to invert blurring and generate images.",
        "diffusion",
    ),
    "a transformer": Case(
        "A Transformer with Fewer Attention Heads",
        "Most heads of a transformer repeat each other. We share keys and values between the "
        "self-attention heads of each layer, and train a smaller transformer architecture that "
        "performs as well as its larger original.",
        "architectures",
    ),
    "RNA": Case(
        "Predicting the Structure of RNA from its Sequence",
        "The function of an RNA follows from how it folds. We train a network on RNA sequences and "
        "predict which nucleotides pair, also for families of molecules it has not seen.",
        "health",
    ),
    "traffic forecasting": Case(
        "Traffic Forecasting with Missing Sensors",
        "We forecast the traffic flow of a city for the next hour from time series of "
        "loop detectors, a third of which are silent, better than earlier forecasting models.",
        "time-series",
    ),
    "traffic on the road": Case(
        "Merging into Dense Traffic: Motion Planning for Autonomous Driving",
        "An autonomous vehicle must find a gap in dense traffic. Our planner predicts how other "
        "drivers yield, and merges safely in simulated driving scenarios.",
        "robotics",
    ),
    "policy optimization": FALSE_FRIENDS["policy optimization"]._replace(topic="rl"),
    "relative policy optimization": FALSE_FRIENDS["relative policy optimization"]._replace(
        topic="rl"
    ),
    "optimization": Case(
        "An Optimizer that Needs No Learning-Rate Schedule",
        "We propose an optimizer whose learning rate adapts to the gradient's norm. Stochastic "
        "gradient descent with our rule converges without warmup, as fast as Adam.",
        "optimization",
    ),
    "biology": Case(
        "Recognising Cell Types in Tissue Biology",
        "Biology knows thousands of cell types. We classify cells in microscopy images of human "
        "tissue with a network that was pretrained on gene expression of single cells.",
        "health",
    ),
    "Mamba": Case(
        "A Selective State-Space Model without Convolutions",
        "Mamba is a state-space model whose parameters depend on the input. We simplify its "
        "architecture and train state space models that run in linear time and match transformers "
        "in language modeling.",
        "architectures",
    ),
    "agents of language models": Case(
        "Agents that Read the Manual before They Call a Tool",
        "LLM agents call tools without knowing them. Our agent reads a tool's manual first and "
        "plans its calls, and solves a fifth more tasks of a benchmark for tool use.",
        "agents",
    ),
    "attention": Case(
        "Linear Attention without Loss",
        "Attention mechanisms compare each token with each other. We replace softmax attention by "
        "a linear attention layer with a larger state; transformers with it are as good.",
        "architectures",
    ),
    "Llama, the model": Case(
        "What Llama Knows before It Answers",
        "We probe the language model Llama while it reads a question. From its first tokens on "
        "the LLM knows whether it will answer well, as does a larger model.",
        "llm",
    ),
    "mesh": Case(
        "Turning Photographs into a Textured Mesh",
        "From a few photographs we reconstruct the surface of an object in 3D as a mesh with "
        "texture, which can be rendered from any view.",
        "3d",
    ),
    "GAN": Case(
        "Training GANs without Collapse",
        "A GAN sets a generator against a discriminator. We regularise the discriminator of the "
        "GAN, so that the generator covers all modes of the data distribution.",
        "generative-models",
    ),
}

# One title, as it may be typeset, and a word of it that must be among the reasons.
TYPESET = {
    "hyphen": ("A Study of Pre-training", "pre-training"),
    "no hyphen": ("A Study of Pretraining", "pre-training"),
    "space": ("A Study of Pre training", "pre-training"),
    "line break": ("A Study of Pre-\ntraining", "pre-training"),
    "another hyphen": ("A Study of Pre\u2010training", "pre-training"),
    "soft hyphen": ("A Study of Pretrain\u00ading", "pre-training"),
    "bold half": (r"A Study of \textbf{Pre}training", "pre-training"),
    "broken diffusion": ("Sampling from Diffu- sion Models", "diffusion model"),
    "bold in diffusion": (r"Sampling from \textbf{Dif}fusion Models", "diffusion model"),
    "math in a word": ("Sampling from D$_{}$iffusion Models", "diffusion model"),
    "Greek": ("φ-Decoding of Answers", "decoding"),
    "Greek in LaTeX": (r"$\phi$-Decoding of Answers", "decoding"),
    "name before a colon": (r"Ma$^2$mba: A Mamba for Molecules", "Mamba"),
    "capitals": ("MAMBA FOR LONG SEQUENCES", "Mamba"),
}
ABSTRACT = (
    "Large models learn from web text, images and code. We ask what makes their training and "
    "their sampling efficient, and compare architectures on GPUs at equal latency."
)


@pytest.mark.parametrize("case", FALSE_FRIENDS.values(), ids=FALSE_FRIENDS.keys())
def test_a_false_friend_does_not_find_the_topic(case: Case) -> None:
    assert case.topic not in topics_of(case.title, case.abstract)


@pytest.mark.parametrize("case", TRUE_FRIENDS.values(), ids=TRUE_FRIENDS.keys())
def test_a_true_friend_finds_the_topic(case: Case) -> None:
    assert case.topic in topics_of(case.title, case.abstract)


@pytest.mark.parametrize(("title", "reason"), TYPESET.values(), ids=TYPESET.keys())
def test_how_a_word_is_typeset_does_not_matter(title: str, reason: str) -> None:
    assert reason in reasons(title, ABSTRACT)


@pytest.mark.parametrize(
    ("typeset", "plain"),
    [
        (r"$\phi$-Decoding", "φ-Decoding"),
        (r"\textbf{dif}fusion", "diffusion"),
        ("pre-\ntraining", "pre-training"),
        ("Ma$^2$mba", "Ma\u00b2mba"),
    ],
)
def test_one_word_in_two_spellings_finds_the_same(typeset: str, plain: str) -> None:
    matched = [
        catalogue.matcher().match(PaperText.of(f"The Role of {word}", f"{ABSTRACT} {word}"))
        for word in (typeset, plain)
    ]
    assert matched[0] == matched[1]
