# 3x28x28: Classifier()
import torch.nn
from torch.nn import Module, Conv2d, Linear, MaxPool2d, ReLU, Sequential, Flatten
from torch.nn.functional import relu, max_pool2d

class Classifier(Module):
    def __init__(self):
        super().__init__()
        self.net = Sequential(Conv2d(3, 8, 3), ReLU(), MaxPool2d(2))
        self.conv = Conv2d(8, 16, 3)
        self.tail = Sequential(Flatten(), Linear(16 * 5 * 5, 10))

    def forward(self, images):
        hidden = self.net(images)
        hidden = max_pool2d(relu(self.conv(hidden)), 2)
        return self.tail(hidden)

if __name__ == "__main__":
    model = Classifier()
    print(model(torch.rand(1, 3, 28, 28)).shape)
