package dev.caisson.cli;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A variant without packages whose few files pass for an operating system: it builds in a moment and boots nowhere. */
record SampleVariant(Path folder) {
    private static final String MANIFEST = """
            schema: 1
            name: sample
            version: 0.0.1
            description: A tiny image
            architectures: [x86_64]
            branding: {id: sample, name: Sample}
            repositories:
              - {name: none, type: apt, archive: none, suites: [none], components: [main], keyring: variant.yaml}
            packages: [none]
            kernel: {package: none, parameters: [quiet]}
            initrd: {type: none}
            layout: {sizes: {esp: 36MiB, data: 1MiB}}
            files:
              - {path: /boot/vmlinuz-1, source: kernel}
              - {path: /usr/lib/modules/1/modules.order, content: ""}
              - {path: /usr/lib/systemd/boot/efi/linuxx64.efi.stub, source: stub}
              - {path: /usr/lib/systemd/boot/efi/systemd-bootx64.efi, source: stub}
              - {path: /etc/sample.conf, content: "text\\n"}
            """;

    /** Writes manifest, files and lock. */
    static SampleVariant write(Path folder) throws IOException, BuildException {
        Files.write(folder.resolve("kernel"), stub());
        Files.write(folder.resolve("stub"), stub());
        Path manifest = folder.resolve(ManifestLoader.FILE_NAME);
        Files.writeString(manifest, MANIFEST);
        Variant variant =
                ManifestLoader.load(manifest).variants().values().iterator().next();
        new LockStore(manifest).write(variant, new LockedArchitecture(Lockfile.request(variant), List.of(), List.of()));
        return new SampleVariant(folder);
    }

    /** Changes a kernel parameter. */
    void change() throws IOException {
        Files.writeString(folder.resolve(ManifestLoader.FILE_NAME), MANIFEST.replace("quiet", "debug"));
    }

    /** The smallest PE32+ image that sections can be added to. */
    private static byte[] stub() {
        int headers = 0x400;
        BinaryWriter out = BinaryWriter.littleEndian(1 << 12);
        out.u16(0x5a4d).zerosUpTo(60).u32(0x40).zerosUpTo(0x40);
        out.u32(0x4550).u16(0x8664).u16(2).zeros(12).u16(240).u16(0x22e);
        out.u16(0x20b).u16(0).u32(0x200).u32(0x200).u32(0).u32(0x1000).u32(0x1000);
        out.u64(0x140000000L).u32(0x1000).u32(0x200).zeros(4).u16(257).u16(1).zeros(8);
        out.u32(0x3000).u32(headers).u32(0).u16(10).u16(0x160);
        out.zeros(36).u32(16).zeros(16 * 8);
        section(out, ".text", 0x1000, headers, 0x60000020L);
        section(out, ".sbat", 0x2000, headers + 0x200, 0x40000040L);
        out.zerosUpTo(headers).zeros(0x200);
        out.bytes("sbat,1,SBAT Version,sbat,1,none\n".getBytes(StandardCharsets.US_ASCII));
        return out.zerosUpTo(headers + 0x400).toByteArray();
    }

    private static void section(BinaryWriter out, String name, int address, int offset, long flags) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        out.bytes(bytes).zeros(8 - bytes.length).u32(0x200).u32(address);
        out.u32(0x200).u32(offset).zeros(12).u32(flags);
    }
}
