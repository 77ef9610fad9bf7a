package org.vivace.torch.planted;

import org.vivace.train.planted.HalfACircle;

public class OtherHalf {
    HalfACircle other;
}
