package dev.caisson.rpm;

import java.util.Locale;

/** The tags of a header that hold one text about the package as a whole. */
public enum RpmText {
    /** One line. */
    SUMMARY(RpmTag.SUMMARY),
    /** Paragraphs. */
    DESCRIPTION(RpmTag.DESCRIPTION),
    /** Licence expression. */
    LICENSE(RpmTag.LICENSE),
    /** Where the software comes from. */
    URL(RpmTag.URL),
    /** Who distributes it. */
    VENDOR(RpmTag.VENDOR),
    /** Who packaged it. */
    PACKAGER(RpmTag.PACKAGER),
    /** What distribution it belongs to. */
    DISTRIBUTION(RpmTag.DISTRIBUTION),
    /** Where the distribution keeps it. */
    DISTURL(RpmTag.DISTURL),
    /** Category. */
    GROUP(RpmTag.GROUP),
    /** Operating system. */
    OS(RpmTag.OS),
    /** File name of the source package that it was built from. */
    SOURCE_RPM(RpmTag.SOURCERPM),
    /** Machine that it was built on. */
    BUILD_HOST(RpmTag.BUILDHOST),
    /** Version of the rpm that wrote it. */
    RPM_VERSION(RpmTag.RPMVERSION),
    /** Compiler flags. */
    OPTFLAGS(RpmTag.OPTFLAGS),
    /** Target platform. */
    PLATFORM(RpmTag.PLATFORM),
    /** Module stream, {@code name:stream:version:context}. */
    MODULARITY_LABEL(RpmTag.MODULARITYLABEL),
    /** Where to report defects. */
    BUG_URL(RpmTag.BUGURL),
    /** Source repository. */
    VCS(RpmTag.VCS),
    /** Level and flags of the payload's compressor. */
    PAYLOAD_FLAGS(RpmTag.PAYLOADFLAGS),
    /** Encoding of the texts. */
    ENCODING(RpmTag.ENCODING);

    private final int tag;

    RpmText(int tag) {
        this.tag = tag;
    }

    int tag() {
        return tag;
    }

    /** In lower case with dashes, for output. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
