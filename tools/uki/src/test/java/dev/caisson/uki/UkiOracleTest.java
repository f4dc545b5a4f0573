package dev.caisson.uki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.pe.PeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oracle")
class UkiOracleTest {
    private static UnifiedKernelImage image(byte[] stub) throws IOException {
        return UnifiedKernelImage.assemble(
                PeImage.read(stub),
                UkiRequest.EMPTY
                        .with(UkiSection.LINUX, ByteSource.of(SyntheticPe.kernel(0x8664, true)))
                        .with(UkiSection.INITRD, ByteSource.of(new byte[3000]))
                        .withText(UkiSection.SBAT, "uki,1,UKI,uki,1,https://uapi-group.org/")
                        .withText(UkiSection.UNAME, "6.12.0")
                        .withText(UkiSection.CMDLINE, "quiet roothash=00")
                        .withText(UkiSection.OSREL, "ID=test\n"));
    }

    private static byte[] stub() throws IOException {
        return NativeTool.stub().isPresent()
                ? Files.readAllBytes(NativeTool.stub().get())
                : SyntheticPe.stub257();
    }

    /** systemd-measure knows .uname and .sbat from 254 on; then it follows the newer stub's rules. */
    @Test
    void systemdMeasure_predictsTheSamePcr11(@TempDir Path folder) throws IOException {
        NativeTool measure = NativeTool.find("/usr/lib/systemd/systemd-measure", "systemd");
        boolean newer = measure.run(folder, "--help").output().contains("--uname");
        UnifiedKernelImage uki = image(stub());
        StubRules rules = newer ? StubRules.SYSTEMD_257 : StubRules.SYSTEMD_252;
        List<String> arguments = new ArrayList<>(List.of("calculate", "--bank=sha256"));
        for (UkiSection section : rules.measured()) {
            if (uki.content(section).isPresent()) {
                String name = section.sectionName().substring(1);
                Files.write(folder.resolve(name), uki.content(section).get().readAll(1 << 24));
                arguments.add("--" + name + "=" + folder.resolve(name));
            }
        }
        arguments.addAll(List.of("--phase=:", "--phase=enter-initrd:leave-initrd:sysinit:ready"));

        assertThat(measure.run(folder, arguments.toArray(String[]::new))
                        .output()
                        .toLowerCase(Locale.ROOT))
                .contains("11:sha256=" + Pcr11.predict(uki, rules, List.of()).hex())
                .contains("11:sha256="
                        + Pcr11.predict(uki, rules, Pcr11.PHASES_WITH_INITRD).hex());
    }
}
