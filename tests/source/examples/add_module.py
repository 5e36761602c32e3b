# 3x64x64: net
import torch.nn as nn

net = nn.Sequential()
net.add_module('conv0', nn.Conv2d(3, 16, kernel_size=7, stride=2, padding=3))
channels = 16
for i in range(3):
    net.add_module(f'conv{i + 1}', nn.Conv2d(channels, channels * 2, 3, padding=1))
    net.add_module('norm%d' % (i + 1), nn.BatchNorm2d(channels * 2))
    net.add_module('relu{}'.format(i + 1), nn.ReLU(inplace=True))
    net.add_module('pool' + str(i + 1), nn.MaxPool2d(2))
    channels *= 2
net.add_module('gap', nn.AdaptiveAvgPool2d((1, 1)))
net.add_module('flatten', nn.Flatten(1))
net.add_module('head', nn.Linear(channels, 100))
