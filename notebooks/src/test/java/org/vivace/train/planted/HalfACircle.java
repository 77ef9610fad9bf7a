package org.vivace.train.planted;

import org.vivace.torch.planted.OtherHalf;

public class HalfACircle {
    OtherHalf other;
}
