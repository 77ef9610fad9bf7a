package org.vivace.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Wrong usage where the value of an option is out of its range. */
final class OptionRange {

    private OptionRange() {}

    /** @throws ParameterException unless {@code holds}: the sentence names the option, what was expected and what was got */
    static void require(CommandSpec command, boolean holds, String option, String expected, Object got) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), option + " must be " + expected + ", got " + got);
        }
    }
}
