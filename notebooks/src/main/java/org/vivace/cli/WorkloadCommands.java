package org.vivace.cli;

import java.util.Map;
import java.util.function.Function;
import org.vivace.bench.NamedWorkloads;
import org.vivace.bench.Workload;
import org.vivace.workloads.Language;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The commands for a workload: each has a subcommand for every named workload, and for a user's own class that the
 * command line names, with the workload's sizes as its options.
 */
final class WorkloadCommands {

    /** Commands, and the factories of their subcommands for a workload. */
    private static final Map<String, Function<SizeOptions, WorkloadCommand>> COMMANDS = Map.of(
            "bench", BenchWorkloadCommand::new,
            "profile", ProfileWorkloadCommand::new,
            "tune", TuneWorkloadCommand::new,
            "estimate", EstimateWorkloadCommand::new);

    /** Such a command without a workload: it reports that one is missing. */
    @Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "WORKLOAD", subcommandsRepeatable = false)
    private abstract static class WithoutWorkload implements Runnable {

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            throw none(spec);
        }
    }

    @Command(name = "bench", description = "Measures the gain of methods, against plain DJL in the same process.")
    static final class Bench extends WithoutWorkload {}

    @Command(
            name = "profile",
            description = "Shows where the time and memory of a training step, or of a prediction, are spent.")
    static final class Profile extends WithoutWorkload {}

    @Command(
            name = "tune",
            description = "Searches the learning rate at which plain DJL learns a workload best, so that methods are"
                    + " compared with plain DJL at its best.")
    static final class Tune extends WithoutWorkload {}

    private WorkloadCommands() {}

    /** Adds the workloads that are services, and memory, to the whole command line; none is added twice. */
    static void addServices(CommandLine vivace) {
        for (Workload workload : NamedWorkloads.services().values()) {
            for (String command : COMMANDS.keySet()) {
                if (!AddedCommands.below(vivace, command).getSubcommands().containsKey(workload.name())) {
                    add(vivace, command, workload.name(), workload, COMMANDS.get(command));
                }
            }
        }
        if (!AddedCommands.below(vivace, "bench").getSubcommands().containsKey("memory")) {
            add(vivace, "bench", "memory", new Language(), BenchMemoryCommand::new);
        }
    }

    /**
     * Adds the class that the arguments name in place of a workload, if any.
     *
     * @throws ParameterException if there is no such class, or it is not a workload
     */
    static void addNamed(CommandLine vivace, String... arguments) {
        if (arguments.length < 2 || !COMMANDS.containsKey(arguments[0])) {
            return;
        }
        CommandLine command = AddedCommands.below(vivace, arguments[0]);
        String name = arguments[1];
        // A class without a package is distinguished from a mistyped name by its capital letter.
        boolean isClass = name.matches("\\p{Lu}[\\w$]*|[\\p{L}_$][\\w$]*(\\.[\\w$]+)+");
        if (!isClass || command.getSubcommands().containsKey(name)) {
            return;
        }
        try {
            add(vivace, arguments[0], name, Workload.named(name), COMMANDS.get(arguments[0]));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private static void add(
            CommandLine vivace,
            String command,
            String name,
            Workload workload,
            Function<SizeOptions, WorkloadCommand> below) {
        SizeOptions sizes = new SizeOptions(workload);
        CommandSpec spec = CommandSpec.forAnnotatedObject(below.apply(sizes));
        sizes.addTo(spec);
        AddedCommands.below(vivace, command).addSubcommand(name, spec);
    }

    /** The error of a command without a workload. */
    static ParameterException none(CommandSpec spec) {
        return new ParameterException(
                spec.commandLine(),
                "expected a workload, one of "
                        + String.join(", ", spec.subcommands().keySet()) + ", or a class of your own, got none");
    }
}
