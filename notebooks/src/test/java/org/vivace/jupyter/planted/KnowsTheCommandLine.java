package org.vivace.jupyter.planted;

import org.vivace.cli.AddedCommands;

class KnowsTheCommandLine {
    AddedCommands more = line -> {};
}
