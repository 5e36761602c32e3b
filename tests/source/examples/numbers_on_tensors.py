# 3x32x32: Net()
# said of lines: 18
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.act = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.out = nn.Conv2d(8, 4, 1)

    def forward(self, x):
        x = self.act(self.pool(self.conv(x)))
        y = self.act(-x + 1.0)
        z = torch.add(x, y)
        z = z.mul(0.5).sub_(0.1).clamp(min=0)
        return self.out(self.pool(z))
