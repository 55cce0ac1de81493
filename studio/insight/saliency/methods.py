"""The saliency methods as a table: their names, their sources, what they can and cannot tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SaliencyMethod:
    """A method. `has_sign` says whether its maps also mark what speaks against a class.

    `shows` and `limits` are one sentence each: what a map tells, and what it cannot tell.
    """

    key: str
    title: str
    source: str
    shows: str
    limits: str
    has_sign: bool = True


GRAD_CAM = SaliencyMethod(
    "grad_cam",
    "Grad-CAM",
    "Selvaraju et al., Grad-CAM (2017)",
    "Marks the regions whose features in the last convolutional layer raise the logit of the "
    "class.",
    "It has only the few cells of that layer, so it says where, not which pixels, and nothing "
    "about evidence against the class.",
    has_sign=False,
)
INTEGRATED_GRADIENTS = SaliencyMethod(
    "integrated_gradients",
    "Integrated gradients",
    "Sundararajan et al., Axiomatic Attribution for Deep Networks (2017)",
    "Divides the difference in the logit between this image and an empty one among the pixels: "
    "the values add up to it.",
    "It depends on what counts as empty: pixels of the background color always get 0, even "
    "where the missing stroke matters.",
)
OCCLUSION = SaliencyMethod(
    "occlusion",
    "Occlusion",
    "Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014)",
    "Measures how much the logit falls when a patch is covered with the background color.",
    "It covers one patch at a time, so evidence that is there twice looks unimportant, and "
    "covered images are unlike the training data.",
)
INPUT_TIMES_GRADIENT = SaliencyMethod(
    "input_times_gradient",
    "Input × gradient",
    "Shrikumar et al., Not Just a Black Box (2016)",
    "Multiplies each pixel, relative to the background, with the slope of the logit there.",
    "It is the slope at this very image: noisy, and near 0 where the model is saturated, even if "
    "the pixel matters.",
)
METHODS = (GRAD_CAM, INTEGRATED_GRADIENTS, OCCLUSION, INPUT_TIMES_GRADIENT)
