package org.vivace.cli;

/** One thing that matters to training, what of it is here, and what to do. */
record Finding(String name, String found, String advice) {}
