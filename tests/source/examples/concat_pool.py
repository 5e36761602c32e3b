# 3x96x96: Net()
import torch
from torch import nn
import torch.nn.functional as F

class AdaptiveConcatPool2d(nn.Module):
    def __init__(self, sz=None):
        super().__init__()
        sz = sz or (1, 1)
        self.ap = nn.AdaptiveAvgPool2d(sz)
        self.mp = nn.AdaptiveMaxPool2d(sz)
    def forward(self, x): return torch.cat([self.mp(x), self.ap(x)], 1)

class Net(nn.Module):
    def __init__(self, n_out=5, ps=0.5):
        super().__init__()
        layers = []
        for ni, nf in [(3, 32), (32, 64), (64, 128)]:
            layers += [nn.Conv2d(ni, nf, 3, 2, 1, bias=False), nn.BatchNorm2d(nf), nn.ReLU(True)]
        self.backbone = nn.Sequential(*layers)
        self.head = nn.Sequential(AdaptiveConcatPool2d(), nn.Flatten(), nn.BatchNorm1d(256), nn.Dropout(ps), nn.Linear(256, n_out))

    def forward(self, x):
        features = self.backbone(x)
        out = self.head(features)
        return out.squeeze() if out.shape[-1] == 1 else out
