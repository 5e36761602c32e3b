# 3x32x32: Net()
from collections import OrderedDict

import torch
import torch.nn as nn


class MySequential(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for idx, module in enumerate(args):
            self._modules[str(idx)] = module

    def forward(self, X):
        for module in self._modules.values():
            X = module(X)
        return X


class Added(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for idx, module in enumerate(args):
            self.add_module(str(idx), module)

    def forward(self, X):
        for module in self.children():
            X = module(X)
        return X


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = MySequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
        self.more = Added(nn.Conv2d(8, 8, 3), nn.BatchNorm2d(8))
        whole = nn.Sequential(nn.Conv2d(8, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Linear(8, 2))
        self.cut = nn.Sequential(*list(whole.children())[:-1])
        self.list = nn.ModuleList([nn.Conv2d(8, 8, 1)])
        self.list.insert(0, nn.Tanh())
        self.list += [nn.Sigmoid(), nn.ReLU()]
        self.list.pop(-1)
        self.list.extend(nn.ModuleList([nn.Conv2d(8, 4, 1)]) + nn.ModuleList([nn.GELU()]))
        self.acts = nn.ModuleDict([['relu', nn.ReLU()], ['silu', nn.SiLU()]])
        self.acts.update({'elu': nn.ELU()})
        self.last = nn.Sequential(OrderedDict(conv=nn.Conv2d(4, 4, 3), act=nn.ReLU())) + nn.Sequential(nn.MaxPool2d(2))
        self.head = nn.Sequential(nn.Conv2d(4, 6, 3), nn.ReLU(), nn.Conv2d(6, 6, 3))

    def forward(self, x):
        x = self.cut(self.more(self.stem(x)))
        for layer in self.list:
            x = layer(x)
        x = self.acts['elu'](x)
        for name, child in self.last.named_children():
            x = child(x)
            if name == 'act':
                x = torch.relu(x)
        x = self.head[:2](x)
        for layer in self.head[2:]:
            x = layer(x)
        return x
