"""Every layer, by torch's name; one file per family. A new layer is one class in one of these files."""

from cnnshapes.layers.activation import *
from cnnshapes.layers.arguments import Argument as Argument
from cnnshapes.layers.axes import *
from cnnshapes.layers.base import LAYERS as LAYERS
from cnnshapes.layers.base import READERS as READERS
from cnnshapes.layers.base import Layer as Layer
from cnnshapes.layers.base import Shape as Shape
from cnnshapes.layers.convolution import *
from cnnshapes.layers.dropout import *
from cnnshapes.layers.linear import *
from cnnshapes.layers.merging import *
from cnnshapes.layers.normalization import *
from cnnshapes.layers.padding import *
from cnnshapes.layers.pointwise import *
from cnnshapes.layers.pooling import *
from cnnshapes.layers.reducing import *
from cnnshapes.layers.resampling import *
from cnnshapes.layers.reshaping import *
