package dev.caisson.uki;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.pe.NewSection;
import dev.caisson.pe.OptionalHeader;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.SectionHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A unified kernel image: assembled, or read from anywhere. Immutable; contents stay where they were. */
public final class UnifiedKernelImage {
    private static final int MAX_TEXT = 1 << 20;
    private static final String SDMAGIC = ".sdmagic";
    private static final Pattern STUB_VERSION = Pattern.compile("LoaderInfo: systemd-stub ([0-9]{1,6})");

    private final PeImage image;

    private UnifiedKernelImage(PeImage image) {
        this.image = image;
    }

    /**
     * Puts sections onto a stub. The same stub and contents give the same bytes.
     *
     * @param stub an unsigned EFI application without a kernel: systemd's {@code linux*.efi.stub}
     * @throws IllegalArgumentException when kernel or os-release are missing
     * @throws FormatException when the stub has no room, is signed, carries a kernel already, or is for another machine than
     *     the kernel
     */
    public static UnifiedKernelImage assemble(PeImage stub, UkiRequest request) throws IOException {
        ByteSource linux = request.content(UkiSection.LINUX)
                .orElseThrow(() -> new IllegalArgumentException("a unified kernel image needs a kernel"));
        if (request.content(UkiSection.OSREL).isEmpty()) {
            throw new IllegalArgumentException("a unified kernel image needs an os-release");
        }
        checkStub(stub, request);
        PeImage image = withNxOf(PeImage.read(linux), stub);
        image = withSbat(image, request);
        return new UnifiedKernelImage(checkSizes(image.withSections(sections(image, request))));
    }

    private static void checkStub(PeImage stub, UkiRequest request) throws FormatException {
        if (stub.optionalHeader().subsystem() != OptionalHeader.SUBSYSTEM_EFI_APPLICATION) {
            throw new UnsupportedFeatureException(
                    "stub Subsystem",
                    FormatException.NO_OFFSET,
                    Integer.toString(stub.optionalHeader().subsystem()),
                    "10, an EFI application");
        }
        for (UkiSection section : UkiSection.values()) {
            boolean clash = request.contents().containsKey(section) || section == UkiSection.LINUX;
            if (section != UkiSection.SBAT
                    && clash
                    && stub.section(section.sectionName()).isPresent()) {
                throw new UnsupportedFeatureException(
                        "stub section " + section.sectionName(),
                        FormatException.NO_OFFSET,
                        "is there already",
                        "a stub without it");
            }
        }
    }

    /** Firmware that enforces no-execute must know when the kernel inside cannot stand it. */
    private static PeImage withNxOf(PeImage linux, PeImage stub) throws IOException {
        if (linux.coffHeader().machine() != stub.coffHeader().machine()) {
            throw new UnsupportedFeatureException(
                    "kernel Machine",
                    FormatException.NO_OFFSET,
                    "0x" + Integer.toHexString(linux.coffHeader().machine()),
                    "the stub's, 0x" + Integer.toHexString(stub.coffHeader().machine()));
        }
        int flags = stub.optionalHeader().dllCharacteristics();
        boolean drop = (flags & OptionalHeader.NX_COMPAT) != 0
                && (linux.optionalHeader().dllCharacteristics() & OptionalHeader.NX_COMPAT) == 0;
        return drop ? stub.withDllCharacteristics(flags & ~OptionalHeader.NX_COMPAT) : stub;
    }

    private static PeImage withSbat(PeImage image, UkiRequest request) throws IOException {
        Optional<ByteSource> added = request.content(UkiSection.SBAT);
        Optional<SectionHeader> own = image.section(UkiSection.SBAT.sectionName());
        if (added.isEmpty() || own.isEmpty()) {
            return image;
        }
        byte[] merged = Sbat.merge(
                image.contents(own.get()).readAll(MAX_TEXT), added.get().readAll(MAX_TEXT));
        return image.withSectionContent(UkiSection.SBAT.sectionName(), ByteSource.of(merged));
    }

    private static List<NewSection> sections(PeImage image, UkiRequest request) throws IOException {
        List<NewSection> sections = new ArrayList<>();
        for (Map.Entry<UkiSection, ByteSource> entry : request.contents().entrySet()) {
            UkiSection section = entry.getKey();
            String name = section.sectionName();
            if (section == UkiSection.LINUX) {
                // Kernels that use the EFI handover protocol are executed where they lie.
                sections.add(NewSection.code(name, entry.getValue()));
            } else if (section != UkiSection.SBAT) {
                sections.add(NewSection.data(name, entry.getValue()));
            } else if (image.section(name).isEmpty()) {
                byte[] lines = Sbat.merge(new byte[0], entry.getValue().readAll(MAX_TEXT));
                sections.add(NewSection.data(name, ByteSource.of(lines)));
            }
        }
        return sections;
    }

    /** The stub measures VirtualSize bytes: were there fewer in the file, it would measure zeros. */
    private static PeImage checkSizes(PeImage image) throws CorruptDataException {
        for (UkiSection section : UkiSection.values()) {
            Optional<SectionHeader> header = image.section(section.sectionName());
            if (header.isPresent() && header.get().virtualSize() > header.get().sizeOfRawData()) {
                throw new CorruptDataException(
                        "section " + section.sectionName(),
                        header.get().pointerToRawData(),
                        "VirtualSize " + header.get().virtualSize(),
                        "at most SizeOfRawData " + header.get().sizeOfRawData());
            }
        }
        return image;
    }

    /** Reads an image; it must have a kernel. */
    public static UnifiedKernelImage read(ByteSource source) throws IOException {
        return of(PeImage.read(source));
    }

    /**
     * Takes a PE image, signed or not.
     *
     * @throws NotThisFormatException when it has no {@code .linux} section
     */
    public static UnifiedKernelImage of(PeImage image) throws FormatException {
        if (image.section(UkiSection.LINUX.sectionName()).isEmpty()) {
            throw new NotThisFormatException(
                    "unified kernel image", FormatException.NO_OFFSET, "a PE image without .linux", "a kernel");
        }
        return new UnifiedKernelImage(checkSizes(image));
    }

    /** The PE image. */
    public PeImage image() {
        return image;
    }

    /** A section's contents, not copied. */
    public Optional<ByteSource> content(UkiSection section) {
        return image.section(section.sectionName()).map(image::contents);
    }

    /** The kernel, not copied. */
    public ByteSource linux() {
        return content(UkiSection.LINUX).orElseThrow();
    }

    /** The initrd, not copied. */
    public Optional<ByteSource> initrd() {
        return content(UkiSection.INITRD);
    }

    /** A section of text, without the NULs that some writers put behind it. */
    public Optional<String> text(UkiSection section) throws IOException {
        Optional<ByteSource> content = content(section);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(content.get().readAll(MAX_TEXT), StandardCharsets.UTF_8);
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return Optional.of(text.substring(0, end));
    }

    /** The command line. */
    public Optional<String> cmdline() throws IOException {
        return text(UkiSection.CMDLINE);
    }

    /** The os-release file. */
    public Optional<String> osRelease() throws IOException {
        return text(UkiSection.OSREL);
    }

    /** The major version that systemd's stub states in {@code .sdmagic}; empty for other stubs. */
    public OptionalInt stubVersion() throws IOException {
        Optional<SectionHeader> magic = image.section(SDMAGIC);
        if (magic.isEmpty() || magic.get().contentSize() > MAX_TEXT) {
            return OptionalInt.empty();
        }
        byte[] bytes = image.contents(magic.get()).readAll(MAX_TEXT);
        Matcher matcher = STUB_VERSION.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
