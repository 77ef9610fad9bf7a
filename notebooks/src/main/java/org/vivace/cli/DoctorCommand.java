package org.vivace.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.Machine;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "What this machine offers for training, with advice for each property.")
final class DoctorCommand extends ListingCommand {

    @Override
    Map<String, Object> list(PrintWriter out) {
        Machine machine = LocalMachine.machine();
        List<Findings.Finding> findings = Findings.of(machine, LocalMachine.device());
        for (Findings.Finding finding : findings) {
            out.printf("%-11s %s%n", finding.name(), finding.found());
            out.printf("%-11s -> %s%n", "", finding.advice());
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine);
        all.put("findings", findings);
        return all;
    }
}
