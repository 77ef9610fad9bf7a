package org.vivace.train.planted;

class BatchManager {}
