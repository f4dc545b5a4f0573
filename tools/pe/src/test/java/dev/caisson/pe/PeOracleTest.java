package dev.caisson.pe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.fixture.SyntheticPe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oracle")
class PeOracleTest {
    @Test
    void objdump_seesTheSameSections(@TempDir Path folder) throws IOException {
        NativeTool objdump = NativeTool.find("objdump", "binutils");
        List<byte[]> stubs = new ArrayList<>(List.of(SyntheticPe.stub252(), SyntheticPe.stub257()));
        if (NativeTool.stub().isPresent()) {
            stubs.add(Files.readAllBytes(NativeTool.stub().get()));
        }
        for (byte[] stub : stubs) {
            PeImage image = PeImage.read(stub)
                    .withSectionContent(".sbat", ByteSource.of(new byte[400]))
                    .withSections(List.of(NewSection.text(".a", "b"), NewSection.code(".b", ByteSource.zeros(9999))));
            ArraySink sink = new ArraySink();
            image.writeTo(sink);
            Files.write(folder.resolve("x.efi"), sink.toByteArray());

            NativeTool.Result result = objdump.run(folder, "-h", "x.efi");
            assertThat(result.status()).isZero();
            for (SectionHeader section : image.sections()) {
                String line = String.format(
                        java.util.Locale.ROOT,
                        "%-13s %08x  %016x  %016x  %08x",
                        section.name(),
                        section.contentSize(),
                        section.virtualAddress() + image.optionalHeader().imageBase(),
                        section.virtualAddress() + image.optionalHeader().imageBase(),
                        section.pointerToRawData());
                assertThat(result.output()).contains(line);
            }
        }
    }
}
