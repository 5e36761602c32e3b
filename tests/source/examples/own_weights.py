# 3x32x32: Net()
# said of lines: 21, 29
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.parameter import Parameter


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.alpha = nn.Parameter(torch.tensor(1.0))
        self.beta = nn.Parameter(torch.FloatTensor([1.0]))
        self.bias = Parameter(torch.zeros(8))
        self.gamma = nn.Parameter(torch.Tensor([1.0] * 8), requires_grad=True)
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.register_buffer('mean', torch.zeros(1, 3, 1, 1))
        self.fc = nn.Linear(8 * 32 * 32, 10)

    def forward(self, x):
        x = x - self.mean
        x = self.conv(x)
        x = self.alpha * x
        x = x * self.beta
        x = x + self.bias.view(1, -1, 1, 1)
        x = self.gamma[:, None, None] * x
        x = torch.cat(tensors=(x, x), dim=1)
        x, _ = x.split(split_size=8, dim=1)
        x = x * torch.ones(8, 1, 1)
        n = x.size(dim=2)
        x = x.view(size=(x.size(0), 8 * n * n))
        return self.fc(x)
