# 3x32x32: Net()
import torch
from torch import nn
import torch.nn.functional as F

ACTIVATIONS = {'relu': nn.ReLU, 'silu': nn.SiLU}
config = dict(widths=[16, 32], act='silu', kernels=(1, 3, 5))


class Branch(nn.Module):
    def __init__(self, cin, cout, k, act=nn.ReLU, norm=nn.BatchNorm2d):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, k, padding=k // 2)
        self.norm = norm(cout) if norm is not None else nn.Identity()
        self.act = act(inplace=True)

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


class Stage(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.branches = nn.ModuleList([Branch(cin, cout, k, act=ACTIVATIONS[config['act']]) for k in config['kernels']])
        self.merge = nn.Conv2d(len(self.branches) * cout, cout, 1)

    def forward(self, x):
        outs = []
        for branch in self.branches:
            outs.append(branch(x))
        return self.merge(torch.cat(outs, dim=1))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        c = 3
        for i, w in enumerate(config['widths']):
            setattr(self, f'stage{i}', Stage(c, w))
            c = w
        self.up = nn.Conv2d(c, 3, 1)
        self.gate = F.hardswish

    def forward(self, x):
        a, b = torch.split(self.stage1(F.max_pool2d(self.stage0(x), 2)), 16, dim=1)
        y = torch.cat([b, a], dim=1)
        y = F.interpolate(self.gate(y), size=x.shape[2:], mode='bilinear', align_corners=False)
        return torch.sigmoid(self.up(y)) * x


net = Net()
