package dev.caisson.engine.inspect;

import dev.caisson.pe.PeImage;
import dev.caisson.pe.SectionHeader;
import dev.caisson.secureboot.AuthenticodeReport;
import dev.caisson.secureboot.AuthenticodeVerifier;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks programs that firmware starts: headers, checksum, signature, and a kernel image's sections. */
final class EfiVerifier {
    private final TrustedCertificates trusted;
    private final boolean unsignedAllowed;
    private final Findings findings;

    EfiVerifier(TrustedCertificates trusted, boolean unsignedAllowed, Findings findings) {
        this.trusted = trusted;
        this.unsignedAllowed = unsignedAllowed;
        this.findings = findings;
    }

    /** Checks one program; gives what its command line says about the root, when it is a kernel image that says something. */
    Optional<RootReference> verify(EfiProgram program, String where) throws IOException {
        if (program.problem().isPresent()) {
            findings.failed("PE image", where, program.problem().get().getMessage());
        } else {
            PeImage image = program.image().orElseThrow();
            findings.ok("PE image", where, image.sections().size() + " sections within " + image.size() + " bytes");
        }
        if (program.image().isPresent()) {
            checkSum(program.image().get(), where);
            signature(program.image().get(), where);
        }
        if (!program.isKernelImage()) {
            return Optional.empty();
        }
        if (program.kernelImage().isEmpty()) {
            if (program.problem().isEmpty()) {
                findings.failed("kernel image", where, "has no section .linux");
            }
            return Optional.empty();
        }
        return kernelImage(program.kernelImage().get(), where);
    }

    private void checkSum(PeImage image, String where) {
        long stored = image.optionalHeader().checkSum();
        if (stored == 0) {
            findings.notChecked("PE checksum", where, "none is stored");
            return;
        }
        findings.attempt("PE checksum", where, () -> {
            long computed = image.computeCheckSum();
            if (stored != computed) {
                throw new IOException("at offset 0x" + Long.toHexString(image.checkSumOffset()) + ": is " + hex(stored)
                        + ", expected " + hex(computed));
            }
            return hex(stored);
        });
    }

    private static String hex(long value) {
        return String.format(Locale.ROOT, "0x%08x", value);
    }

    private void signature(PeImage image, String where) {
        AuthenticodeReport report;
        try {
            report = AuthenticodeVerifier.verify(image, trusted.certificates());
        } catch (IOException e) {
            findings.failed("signature", where, Findings.message(e));
            return;
        }
        if (!report.signed()) {
            if (unsignedAllowed) {
                findings.notChecked("signature", where, "there is none, which was allowed");
            } else {
                findings.failed(
                        "signature", where, "there is none: Secure Boot does not start it (--unsigned allows this)");
            }
            return;
        }
        List<String> problems = new ArrayList<>();
        boolean intact = false;
        for (AuthenticodeReport.Signature signature : report.signatures()) {
            intact |= signature.digestMatches() && signature.problem().isEmpty();
            problems.add(problem(signature));
        }
        findings.require(
                "signed digest", where, intact, intact ? report.digest().toString() : String.join("; ", problems));
        trust(report, intact, problems, where);
    }

    private void trust(AuthenticodeReport report, boolean intact, List<String> problems, String where) {
        Optional<AuthenticodeReport.Signature> accepted = report.signatures().stream()
                .filter(AuthenticodeReport.Signature::accepted)
                .findFirst();
        if (accepted.isPresent()) {
            List<X509Certificate> path = accepted.get().path().orElseThrow();
            String origin = trusted.origin(path.get(path.size() - 1));
            findings.ok(
                    "signature",
                    where,
                    "by " + subject(path.get(0)) + (origin.isEmpty() ? "" : ", trusted through " + origin));
        } else if (trusted.certificates().isEmpty() && intact) {
            findings.notChecked(
                    "signature",
                    where,
                    "by "
                            + report.signatures()
                                    .get(0)
                                    .signer()
                                    .map(EfiVerifier::subject)
                                    .orElse("somebody unnamed")
                            + ", but there is no db certificate to check it against: no .caisson/keys at or above the"
                            + " image and this folder; give one with --keys DIR or --certificate FILE");
        } else {
            findings.failed("signature", where, String.join("; ", problems));
        }
    }

    private String problem(AuthenticodeReport.Signature signature) {
        if (signature.problem().isPresent()) {
            return "is damaged: " + signature.problem().get();
        }
        String signer = signature.signer().map(EfiVerifier::subject).orElse("somebody unnamed");
        if (!signature.digestMatches()) {
            return "by " + signer + ", is for other bytes than these";
        }
        return "by " + signer + ", for whom none of the "
                + trusted.certificates().size()
                + " trusted certificates vouches ("
                + String.join(
                        ", ", trusted.files().stream().map(Object::toString).toList())
                + ")";
    }

    static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private Optional<RootReference> kernelImage(UnifiedKernelImage kernel, String where) throws IOException {
        RootReference reference = null;
        String commandLine = null;
        try {
            commandLine = kernel.cmdline().orElse(null);
            reference = commandLine == null ? null : RootReference.parse(commandLine);
            if (reference != null) {
                findings.ok("command line", where, commandLine);
            }
        } catch (IOException e) {
            findings.failed("command line", where, Findings.message(e));
        }
        boolean initrdNeeded = reference == null || reference.namesRoot() && !reference.byKernel();
        List<String> missing = new ArrayList<>();
        for (UkiSection section : List.of(UkiSection.LINUX, UkiSection.OSREL, UkiSection.CMDLINE, UkiSection.INITRD)) {
            Optional<SectionHeader> header = kernel.image().section(section.sectionName());
            boolean needed = section != UkiSection.INITRD || initrdNeeded;
            if (needed && (header.isEmpty() || header.get().contentSize() == 0)) {
                missing.add(section.sectionName());
            }
        }
        String version = kernel.text(UkiSection.UNAME).orElse("of unknown version");
        findings.require(
                "kernel image",
                where,
                missing.isEmpty(),
                missing.isEmpty()
                        ? "kernel " + version + (initrdNeeded ? ", initrd" : "") + ", command line, os-release"
                        : "has no " + String.join(", ", missing));
        return Optional.ofNullable(reference);
    }
}
