package dev.caisson.rpm;

import java.util.Map;

/**
 * Numbers of header tags, named as {@code rpmtag.h} names them (rpm 6.0). Only those that a reader, an installer or a writer of
 * packages has a use for; {@link RpmHeader} reads others by number.
 */
public final class RpmTag {
    // Regions, and the languages of international strings.
    static final int HEADER_IMAGE = 61;
    static final int HEADER_SIGNATURES = 62;
    static final int HEADER_IMMUTABLE = 63;
    static final int HEADER_I18NTABLE = 100;

    // Of signature headers. Those from 1000 on clash with tags of the header.
    static final int INSTALLTIME = 1008;
    static final int FILESTATES = 1029;
    static final int INSTALLCOLOR = 1127;
    static final int INSTALLTID = 1128;
    static final int SIG_DSA = 267;
    static final int SIG_RSA = 268;
    static final int SIG_SHA1 = 269;
    static final int SIG_LONGSIZE = 270;
    static final int SIG_LONGARCHIVESIZE = 271;
    static final int SIG_SHA256 = 273;
    static final int SIG_OPENPGP = 278;
    static final int SIG_SHA3_256 = 279;
    static final int SIG_SIZE = 1000;
    static final int SIG_PGP = 1002;
    static final int SIG_MD5 = 1004;
    static final int SIG_GPG = 1005;
    static final int SIG_PGP5 = 1006;
    static final int SIG_PAYLOADSIZE = 1007;
    static final int SIG_RESERVEDSPACE = 1008;

    // Of headers. Public so that callers can ask for what has no accessor of its own.
    /** RPMTAG_NAME. */
    public static final int NAME = 1000;
    /** RPMTAG_VERSION. */
    public static final int VERSION = 1001;
    /** RPMTAG_RELEASE. */
    public static final int RELEASE = 1002;
    /** RPMTAG_EPOCH. */
    public static final int EPOCH = 1003;
    /** RPMTAG_SUMMARY. */
    public static final int SUMMARY = 1004;
    /** RPMTAG_DESCRIPTION. */
    public static final int DESCRIPTION = 1005;
    /** RPMTAG_BUILDTIME. */
    public static final int BUILDTIME = 1006;
    /** RPMTAG_BUILDHOST. */
    public static final int BUILDHOST = 1007;
    /** RPMTAG_SIZE. */
    public static final int SIZE = 1009;
    /** RPMTAG_DISTRIBUTION. */
    public static final int DISTRIBUTION = 1010;
    /** RPMTAG_VENDOR. */
    public static final int VENDOR = 1011;
    /** RPMTAG_LICENSE. */
    public static final int LICENSE = 1014;
    /** RPMTAG_PACKAGER. */
    public static final int PACKAGER = 1015;
    /** RPMTAG_GROUP. */
    public static final int GROUP = 1016;
    /** RPMTAG_SOURCE. */
    public static final int SOURCE = 1018;
    /** RPMTAG_PATCH. */
    public static final int PATCH = 1019;
    /** RPMTAG_URL. */
    public static final int URL = 1020;
    /** RPMTAG_OS. */
    public static final int OS = 1021;
    /** RPMTAG_ARCH. */
    public static final int ARCH = 1022;
    /** RPMTAG_PREIN. */
    public static final int PREIN = 1023;
    /** RPMTAG_POSTIN. */
    public static final int POSTIN = 1024;
    /** RPMTAG_PREUN. */
    public static final int PREUN = 1025;
    /** RPMTAG_POSTUN. */
    public static final int POSTUN = 1026;
    /** RPMTAG_OLDFILENAMES. */
    public static final int OLDFILENAMES = 1027;
    /** RPMTAG_FILESIZES. */
    public static final int FILESIZES = 1028;
    /** RPMTAG_FILEMODES. */
    public static final int FILEMODES = 1030;
    /** RPMTAG_FILERDEVS. */
    public static final int FILERDEVS = 1033;
    /** RPMTAG_FILEMTIMES. */
    public static final int FILEMTIMES = 1034;
    /** RPMTAG_FILEDIGESTS. */
    public static final int FILEDIGESTS = 1035;
    /** RPMTAG_FILELINKTOS. */
    public static final int FILELINKTOS = 1036;
    /** RPMTAG_FILEFLAGS. */
    public static final int FILEFLAGS = 1037;
    /** RPMTAG_FILEUSERNAME. */
    public static final int FILEUSERNAME = 1039;
    /** RPMTAG_FILEGROUPNAME. */
    public static final int FILEGROUPNAME = 1040;
    /** RPMTAG_SOURCERPM. */
    public static final int SOURCERPM = 1044;
    /** RPMTAG_FILEVERIFYFLAGS. */
    public static final int FILEVERIFYFLAGS = 1045;
    /** RPMTAG_ARCHIVESIZE. */
    public static final int ARCHIVESIZE = 1046;
    /** RPMTAG_PROVIDENAME. */
    public static final int PROVIDENAME = 1047;
    /** RPMTAG_REQUIREFLAGS. */
    public static final int REQUIREFLAGS = 1048;
    /** RPMTAG_REQUIRENAME. */
    public static final int REQUIRENAME = 1049;
    /** RPMTAG_REQUIREVERSION. */
    public static final int REQUIREVERSION = 1050;
    /** RPMTAG_CONFLICTFLAGS. */
    public static final int CONFLICTFLAGS = 1053;
    /** RPMTAG_CONFLICTNAME. */
    public static final int CONFLICTNAME = 1054;
    /** RPMTAG_CONFLICTVERSION. */
    public static final int CONFLICTVERSION = 1055;
    /** RPMTAG_RPMVERSION. */
    public static final int RPMVERSION = 1064;
    /** RPMTAG_TRIGGERSCRIPTS. */
    public static final int TRIGGERSCRIPTS = 1065;
    /** RPMTAG_TRIGGERNAME. */
    public static final int TRIGGERNAME = 1066;
    /** RPMTAG_TRIGGERVERSION. */
    public static final int TRIGGERVERSION = 1067;
    /** RPMTAG_TRIGGERFLAGS. */
    public static final int TRIGGERFLAGS = 1068;
    /** RPMTAG_TRIGGERINDEX. */
    public static final int TRIGGERINDEX = 1069;
    /** RPMTAG_VERIFYSCRIPT. */
    public static final int VERIFYSCRIPT = 1079;
    /** RPMTAG_CHANGELOGTIME. */
    public static final int CHANGELOGTIME = 1080;
    /** RPMTAG_CHANGELOGNAME. */
    public static final int CHANGELOGNAME = 1081;
    /** RPMTAG_CHANGELOGTEXT. */
    public static final int CHANGELOGTEXT = 1082;
    /** RPMTAG_PREINPROG. */
    public static final int PREINPROG = 1085;
    /** RPMTAG_POSTINPROG. */
    public static final int POSTINPROG = 1086;
    /** RPMTAG_PREUNPROG. */
    public static final int PREUNPROG = 1087;
    /** RPMTAG_POSTUNPROG. */
    public static final int POSTUNPROG = 1088;
    /** RPMTAG_OBSOLETENAME. */
    public static final int OBSOLETENAME = 1090;
    /** RPMTAG_VERIFYSCRIPTPROG. */
    public static final int VERIFYSCRIPTPROG = 1091;
    /** RPMTAG_TRIGGERSCRIPTPROG. */
    public static final int TRIGGERSCRIPTPROG = 1092;
    /** RPMTAG_FILEDEVICES. */
    public static final int FILEDEVICES = 1095;
    /** RPMTAG_FILEINODES. */
    public static final int FILEINODES = 1096;
    /** RPMTAG_FILELANGS. */
    public static final int FILELANGS = 1097;
    /** RPMTAG_PREFIXES. */
    public static final int PREFIXES = 1098;
    /** RPMTAG_SOURCEPACKAGE. */
    public static final int SOURCEPACKAGE = 1106;
    /** RPMTAG_PROVIDEFLAGS. */
    public static final int PROVIDEFLAGS = 1112;
    /** RPMTAG_PROVIDEVERSION. */
    public static final int PROVIDEVERSION = 1113;
    /** RPMTAG_OBSOLETEFLAGS. */
    public static final int OBSOLETEFLAGS = 1114;
    /** RPMTAG_OBSOLETEVERSION. */
    public static final int OBSOLETEVERSION = 1115;
    /** RPMTAG_DIRINDEXES. */
    public static final int DIRINDEXES = 1116;
    /** RPMTAG_BASENAMES. */
    public static final int BASENAMES = 1117;
    /** RPMTAG_DIRNAMES. */
    public static final int DIRNAMES = 1118;
    /** RPMTAG_OPTFLAGS. */
    public static final int OPTFLAGS = 1122;
    /** RPMTAG_DISTURL. */
    public static final int DISTURL = 1123;
    /** RPMTAG_PAYLOADFORMAT. */
    public static final int PAYLOADFORMAT = 1124;
    /** RPMTAG_PAYLOADCOMPRESSOR. */
    public static final int PAYLOADCOMPRESSOR = 1125;
    /** RPMTAG_PAYLOADFLAGS. */
    public static final int PAYLOADFLAGS = 1126;
    /** RPMTAG_PLATFORM. */
    public static final int PLATFORM = 1132;
    /** RPMTAG_FILECOLORS. */
    public static final int FILECOLORS = 1140;
    /** RPMTAG_FILECLASS. */
    public static final int FILECLASS = 1141;
    /** RPMTAG_CLASSDICT. */
    public static final int CLASSDICT = 1142;
    /** RPMTAG_SOURCEPKGID. */
    public static final int SOURCEPKGID = 1146;
    /** RPMTAG_PRETRANS. */
    public static final int PRETRANS = 1151;
    /** RPMTAG_POSTTRANS. */
    public static final int POSTTRANS = 1152;
    /** RPMTAG_PRETRANSPROG. */
    public static final int PRETRANSPROG = 1153;
    /** RPMTAG_POSTTRANSPROG. */
    public static final int POSTTRANSPROG = 1154;
    /** RPMTAG_DISTTAG. */
    public static final int DISTTAG = 1155;
    /** RPMTAG_OLDSUGGESTSNAME. */
    public static final int OLDSUGGESTSNAME = 1156;
    /** RPMTAG_OLDSUGGESTSVERSION. */
    public static final int OLDSUGGESTSVERSION = 1157;
    /** RPMTAG_OLDSUGGESTSFLAGS. */
    public static final int OLDSUGGESTSFLAGS = 1158;
    /** RPMTAG_OLDENHANCESNAME. */
    public static final int OLDENHANCESNAME = 1159;
    /** RPMTAG_OLDENHANCESVERSION. */
    public static final int OLDENHANCESVERSION = 1160;
    /** RPMTAG_OLDENHANCESFLAGS. */
    public static final int OLDENHANCESFLAGS = 1161;
    /** RPMTAG_LONGFILESIZES. */
    public static final int LONGFILESIZES = 5008;
    /** RPMTAG_LONGSIZE. */
    public static final int LONGSIZE = 5009;
    /** RPMTAG_FILECAPS. */
    public static final int FILECAPS = 5010;
    /** RPMTAG_FILEDIGESTALGO. */
    public static final int FILEDIGESTALGO = 5011;
    /** RPMTAG_BUGURL. */
    public static final int BUGURL = 5012;
    /** RPMTAG_PREINFLAGS. */
    public static final int PREINFLAGS = 5020;
    /** RPMTAG_POSTINFLAGS. */
    public static final int POSTINFLAGS = 5021;
    /** RPMTAG_PREUNFLAGS. */
    public static final int PREUNFLAGS = 5022;
    /** RPMTAG_POSTUNFLAGS. */
    public static final int POSTUNFLAGS = 5023;
    /** RPMTAG_PRETRANSFLAGS. */
    public static final int PRETRANSFLAGS = 5024;
    /** RPMTAG_POSTTRANSFLAGS. */
    public static final int POSTTRANSFLAGS = 5025;
    /** RPMTAG_VERIFYSCRIPTFLAGS. */
    public static final int VERIFYSCRIPTFLAGS = 5026;
    /** RPMTAG_TRIGGERSCRIPTFLAGS. */
    public static final int TRIGGERSCRIPTFLAGS = 5027;
    /** RPMTAG_VCS. */
    public static final int VCS = 5034;
    /** RPMTAG_ORDERNAME. */
    public static final int ORDERNAME = 5035;
    /** RPMTAG_ORDERVERSION. */
    public static final int ORDERVERSION = 5036;
    /** RPMTAG_ORDERFLAGS. */
    public static final int ORDERFLAGS = 5037;
    /** RPMTAG_RECOMMENDNAME. */
    public static final int RECOMMENDNAME = 5046;
    /** RPMTAG_RECOMMENDVERSION. */
    public static final int RECOMMENDVERSION = 5047;
    /** RPMTAG_RECOMMENDFLAGS. */
    public static final int RECOMMENDFLAGS = 5048;
    /** RPMTAG_SUGGESTNAME. */
    public static final int SUGGESTNAME = 5049;
    /** RPMTAG_SUGGESTVERSION. */
    public static final int SUGGESTVERSION = 5050;
    /** RPMTAG_SUGGESTFLAGS. */
    public static final int SUGGESTFLAGS = 5051;
    /** RPMTAG_SUPPLEMENTNAME. */
    public static final int SUPPLEMENTNAME = 5052;
    /** RPMTAG_SUPPLEMENTVERSION. */
    public static final int SUPPLEMENTVERSION = 5053;
    /** RPMTAG_SUPPLEMENTFLAGS. */
    public static final int SUPPLEMENTFLAGS = 5054;
    /** RPMTAG_ENHANCENAME. */
    public static final int ENHANCENAME = 5055;
    /** RPMTAG_ENHANCEVERSION. */
    public static final int ENHANCEVERSION = 5056;
    /** RPMTAG_ENHANCEFLAGS. */
    public static final int ENHANCEFLAGS = 5057;
    /** RPMTAG_ENCODING. */
    public static final int ENCODING = 5062;
    /** RPMTAG_FILETRIGGERSCRIPTS. */
    public static final int FILETRIGGERSCRIPTS = 5066;
    /** RPMTAG_FILETRIGGERSCRIPTPROG. */
    public static final int FILETRIGGERSCRIPTPROG = 5067;
    /** RPMTAG_FILETRIGGERSCRIPTFLAGS. */
    public static final int FILETRIGGERSCRIPTFLAGS = 5068;
    /** RPMTAG_FILETRIGGERNAME. */
    public static final int FILETRIGGERNAME = 5069;
    /** RPMTAG_FILETRIGGERINDEX. */
    public static final int FILETRIGGERINDEX = 5070;
    /** RPMTAG_FILETRIGGERVERSION. */
    public static final int FILETRIGGERVERSION = 5071;
    /** RPMTAG_FILETRIGGERFLAGS. */
    public static final int FILETRIGGERFLAGS = 5072;
    /** RPMTAG_TRANSFILETRIGGERSCRIPTS. */
    public static final int TRANSFILETRIGGERSCRIPTS = 5076;
    /** RPMTAG_TRANSFILETRIGGERSCRIPTPROG. */
    public static final int TRANSFILETRIGGERSCRIPTPROG = 5077;
    /** RPMTAG_TRANSFILETRIGGERSCRIPTFLAGS. */
    public static final int TRANSFILETRIGGERSCRIPTFLAGS = 5078;
    /** RPMTAG_TRANSFILETRIGGERNAME. */
    public static final int TRANSFILETRIGGERNAME = 5079;
    /** RPMTAG_TRANSFILETRIGGERINDEX. */
    public static final int TRANSFILETRIGGERINDEX = 5080;
    /** RPMTAG_TRANSFILETRIGGERVERSION. */
    public static final int TRANSFILETRIGGERVERSION = 5081;
    /** RPMTAG_TRANSFILETRIGGERFLAGS. */
    public static final int TRANSFILETRIGGERFLAGS = 5082;
    /** RPMTAG_FILETRIGGERPRIORITIES. */
    public static final int FILETRIGGERPRIORITIES = 5084;
    /** RPMTAG_TRANSFILETRIGGERPRIORITIES. */
    public static final int TRANSFILETRIGGERPRIORITIES = 5085;
    /** RPMTAG_FILESIGNATURES. */
    public static final int FILESIGNATURES = 5090;
    /** RPMTAG_PAYLOADSHA256. */
    public static final int PAYLOADSHA256 = 5092;
    /** RPMTAG_PAYLOADSHA256ALGO. */
    public static final int PAYLOADSHA256ALGO = 5093;
    /** RPMTAG_MODULARITYLABEL. */
    public static final int MODULARITYLABEL = 5096;
    /** RPMTAG_PAYLOADSHA256ALT. */
    public static final int PAYLOADSHA256ALT = 5097;
    /** RPMTAG_SPEC. */
    public static final int SPEC = 5099;
    /** RPMTAG_TRANSLATIONURL. */
    public static final int TRANSLATIONURL = 5100;
    /** RPMTAG_UPSTREAMRELEASES. */
    public static final int UPSTREAMRELEASES = 5101;
    /** RPMTAG_PREUNTRANS. */
    public static final int PREUNTRANS = 5103;
    /** RPMTAG_POSTUNTRANS. */
    public static final int POSTUNTRANS = 5104;
    /** RPMTAG_PREUNTRANSPROG. */
    public static final int PREUNTRANSPROG = 5105;
    /** RPMTAG_POSTUNTRANSPROG. */
    public static final int POSTUNTRANSPROG = 5106;
    /** RPMTAG_PREUNTRANSFLAGS. */
    public static final int PREUNTRANSFLAGS = 5107;
    /** RPMTAG_POSTUNTRANSFLAGS. */
    public static final int POSTUNTRANSFLAGS = 5108;
    /** RPMTAG_PAYLOADSIZE. */
    public static final int PAYLOADSIZE = 5112;
    /** RPMTAG_PAYLOADSIZEALT. */
    public static final int PAYLOADSIZEALT = 5113;
    /** RPMTAG_RPMFORMAT. */
    public static final int RPMFORMAT = 5114;
    /** RPMTAG_FILEMIMEINDEX. */
    public static final int FILEMIMEINDEX = 5115;
    /** RPMTAG_MIMEDICT. */
    public static final int MIMEDICT = 5116;
    /** RPMTAG_SOURCENEVR. */
    public static final int SOURCENEVR = 5120;
    /** RPMTAG_PAYLOADSHA512. */
    public static final int PAYLOADSHA512 = 5121;
    /** RPMTAG_PAYLOADSHA512ALT. */
    public static final int PAYLOADSHA512ALT = 5122;
    /** RPMTAG_PAYLOADSHA3_256. */
    public static final int PAYLOADSHA3_256 = 5123;
    /** RPMTAG_PAYLOADSHA3_256ALT. */
    public static final int PAYLOADSHA3_256ALT = 5124;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(NAME, "NAME"),
            Map.entry(VERSION, "VERSION"),
            Map.entry(RELEASE, "RELEASE"),
            Map.entry(EPOCH, "EPOCH"),
            Map.entry(SUMMARY, "SUMMARY"),
            Map.entry(DESCRIPTION, "DESCRIPTION"),
            Map.entry(BUILDTIME, "BUILDTIME"),
            Map.entry(BUILDHOST, "BUILDHOST"),
            Map.entry(SIZE, "SIZE"),
            Map.entry(DISTRIBUTION, "DISTRIBUTION"),
            Map.entry(VENDOR, "VENDOR"),
            Map.entry(LICENSE, "LICENSE"),
            Map.entry(PACKAGER, "PACKAGER"),
            Map.entry(GROUP, "GROUP"),
            Map.entry(SOURCE, "SOURCE"),
            Map.entry(PATCH, "PATCH"),
            Map.entry(URL, "URL"),
            Map.entry(OS, "OS"),
            Map.entry(ARCH, "ARCH"),
            Map.entry(PREIN, "PREIN"),
            Map.entry(POSTIN, "POSTIN"),
            Map.entry(PREUN, "PREUN"),
            Map.entry(POSTUN, "POSTUN"),
            Map.entry(OLDFILENAMES, "OLDFILENAMES"),
            Map.entry(FILESIZES, "FILESIZES"),
            Map.entry(FILEMODES, "FILEMODES"),
            Map.entry(FILERDEVS, "FILERDEVS"),
            Map.entry(FILEMTIMES, "FILEMTIMES"),
            Map.entry(FILEDIGESTS, "FILEDIGESTS"),
            Map.entry(FILELINKTOS, "FILELINKTOS"),
            Map.entry(FILEFLAGS, "FILEFLAGS"),
            Map.entry(FILEUSERNAME, "FILEUSERNAME"),
            Map.entry(FILEGROUPNAME, "FILEGROUPNAME"),
            Map.entry(SOURCERPM, "SOURCERPM"),
            Map.entry(FILEVERIFYFLAGS, "FILEVERIFYFLAGS"),
            Map.entry(ARCHIVESIZE, "ARCHIVESIZE"),
            Map.entry(PROVIDENAME, "PROVIDENAME"),
            Map.entry(REQUIREFLAGS, "REQUIREFLAGS"),
            Map.entry(REQUIRENAME, "REQUIRENAME"),
            Map.entry(REQUIREVERSION, "REQUIREVERSION"),
            Map.entry(CONFLICTFLAGS, "CONFLICTFLAGS"),
            Map.entry(CONFLICTNAME, "CONFLICTNAME"),
            Map.entry(CONFLICTVERSION, "CONFLICTVERSION"),
            Map.entry(RPMVERSION, "RPMVERSION"),
            Map.entry(TRIGGERSCRIPTS, "TRIGGERSCRIPTS"),
            Map.entry(TRIGGERNAME, "TRIGGERNAME"),
            Map.entry(TRIGGERVERSION, "TRIGGERVERSION"),
            Map.entry(TRIGGERFLAGS, "TRIGGERFLAGS"),
            Map.entry(TRIGGERINDEX, "TRIGGERINDEX"),
            Map.entry(VERIFYSCRIPT, "VERIFYSCRIPT"),
            Map.entry(CHANGELOGTIME, "CHANGELOGTIME"),
            Map.entry(CHANGELOGNAME, "CHANGELOGNAME"),
            Map.entry(CHANGELOGTEXT, "CHANGELOGTEXT"),
            Map.entry(PREINPROG, "PREINPROG"),
            Map.entry(POSTINPROG, "POSTINPROG"),
            Map.entry(PREUNPROG, "PREUNPROG"),
            Map.entry(POSTUNPROG, "POSTUNPROG"),
            Map.entry(OBSOLETENAME, "OBSOLETENAME"),
            Map.entry(VERIFYSCRIPTPROG, "VERIFYSCRIPTPROG"),
            Map.entry(TRIGGERSCRIPTPROG, "TRIGGERSCRIPTPROG"),
            Map.entry(FILEDEVICES, "FILEDEVICES"),
            Map.entry(FILEINODES, "FILEINODES"),
            Map.entry(FILELANGS, "FILELANGS"),
            Map.entry(PREFIXES, "PREFIXES"),
            Map.entry(SOURCEPACKAGE, "SOURCEPACKAGE"),
            Map.entry(PROVIDEFLAGS, "PROVIDEFLAGS"),
            Map.entry(PROVIDEVERSION, "PROVIDEVERSION"),
            Map.entry(OBSOLETEFLAGS, "OBSOLETEFLAGS"),
            Map.entry(OBSOLETEVERSION, "OBSOLETEVERSION"),
            Map.entry(DIRINDEXES, "DIRINDEXES"),
            Map.entry(BASENAMES, "BASENAMES"),
            Map.entry(DIRNAMES, "DIRNAMES"),
            Map.entry(OPTFLAGS, "OPTFLAGS"),
            Map.entry(DISTURL, "DISTURL"),
            Map.entry(PAYLOADFORMAT, "PAYLOADFORMAT"),
            Map.entry(PAYLOADCOMPRESSOR, "PAYLOADCOMPRESSOR"),
            Map.entry(PAYLOADFLAGS, "PAYLOADFLAGS"),
            Map.entry(PLATFORM, "PLATFORM"),
            Map.entry(FILECOLORS, "FILECOLORS"),
            Map.entry(FILECLASS, "FILECLASS"),
            Map.entry(CLASSDICT, "CLASSDICT"),
            Map.entry(SOURCEPKGID, "SOURCEPKGID"),
            Map.entry(PRETRANS, "PRETRANS"),
            Map.entry(POSTTRANS, "POSTTRANS"),
            Map.entry(PRETRANSPROG, "PRETRANSPROG"),
            Map.entry(POSTTRANSPROG, "POSTTRANSPROG"),
            Map.entry(DISTTAG, "DISTTAG"),
            Map.entry(OLDSUGGESTSNAME, "OLDSUGGESTSNAME"),
            Map.entry(OLDSUGGESTSVERSION, "OLDSUGGESTSVERSION"),
            Map.entry(OLDSUGGESTSFLAGS, "OLDSUGGESTSFLAGS"),
            Map.entry(OLDENHANCESNAME, "OLDENHANCESNAME"),
            Map.entry(OLDENHANCESVERSION, "OLDENHANCESVERSION"),
            Map.entry(OLDENHANCESFLAGS, "OLDENHANCESFLAGS"),
            Map.entry(LONGFILESIZES, "LONGFILESIZES"),
            Map.entry(LONGSIZE, "LONGSIZE"),
            Map.entry(FILECAPS, "FILECAPS"),
            Map.entry(FILEDIGESTALGO, "FILEDIGESTALGO"),
            Map.entry(BUGURL, "BUGURL"),
            Map.entry(PREINFLAGS, "PREINFLAGS"),
            Map.entry(POSTINFLAGS, "POSTINFLAGS"),
            Map.entry(PREUNFLAGS, "PREUNFLAGS"),
            Map.entry(POSTUNFLAGS, "POSTUNFLAGS"),
            Map.entry(PRETRANSFLAGS, "PRETRANSFLAGS"),
            Map.entry(POSTTRANSFLAGS, "POSTTRANSFLAGS"),
            Map.entry(VERIFYSCRIPTFLAGS, "VERIFYSCRIPTFLAGS"),
            Map.entry(TRIGGERSCRIPTFLAGS, "TRIGGERSCRIPTFLAGS"),
            Map.entry(VCS, "VCS"),
            Map.entry(ORDERNAME, "ORDERNAME"),
            Map.entry(ORDERVERSION, "ORDERVERSION"),
            Map.entry(ORDERFLAGS, "ORDERFLAGS"),
            Map.entry(RECOMMENDNAME, "RECOMMENDNAME"),
            Map.entry(RECOMMENDVERSION, "RECOMMENDVERSION"),
            Map.entry(RECOMMENDFLAGS, "RECOMMENDFLAGS"),
            Map.entry(SUGGESTNAME, "SUGGESTNAME"),
            Map.entry(SUGGESTVERSION, "SUGGESTVERSION"),
            Map.entry(SUGGESTFLAGS, "SUGGESTFLAGS"),
            Map.entry(SUPPLEMENTNAME, "SUPPLEMENTNAME"),
            Map.entry(SUPPLEMENTVERSION, "SUPPLEMENTVERSION"),
            Map.entry(SUPPLEMENTFLAGS, "SUPPLEMENTFLAGS"),
            Map.entry(ENHANCENAME, "ENHANCENAME"),
            Map.entry(ENHANCEVERSION, "ENHANCEVERSION"),
            Map.entry(ENHANCEFLAGS, "ENHANCEFLAGS"),
            Map.entry(ENCODING, "ENCODING"),
            Map.entry(FILETRIGGERSCRIPTS, "FILETRIGGERSCRIPTS"),
            Map.entry(FILETRIGGERSCRIPTPROG, "FILETRIGGERSCRIPTPROG"),
            Map.entry(FILETRIGGERSCRIPTFLAGS, "FILETRIGGERSCRIPTFLAGS"),
            Map.entry(FILETRIGGERNAME, "FILETRIGGERNAME"),
            Map.entry(FILETRIGGERINDEX, "FILETRIGGERINDEX"),
            Map.entry(FILETRIGGERVERSION, "FILETRIGGERVERSION"),
            Map.entry(FILETRIGGERFLAGS, "FILETRIGGERFLAGS"),
            Map.entry(TRANSFILETRIGGERSCRIPTS, "TRANSFILETRIGGERSCRIPTS"),
            Map.entry(TRANSFILETRIGGERSCRIPTPROG, "TRANSFILETRIGGERSCRIPTPROG"),
            Map.entry(TRANSFILETRIGGERSCRIPTFLAGS, "TRANSFILETRIGGERSCRIPTFLAGS"),
            Map.entry(TRANSFILETRIGGERNAME, "TRANSFILETRIGGERNAME"),
            Map.entry(TRANSFILETRIGGERINDEX, "TRANSFILETRIGGERINDEX"),
            Map.entry(TRANSFILETRIGGERVERSION, "TRANSFILETRIGGERVERSION"),
            Map.entry(TRANSFILETRIGGERFLAGS, "TRANSFILETRIGGERFLAGS"),
            Map.entry(FILETRIGGERPRIORITIES, "FILETRIGGERPRIORITIES"),
            Map.entry(TRANSFILETRIGGERPRIORITIES, "TRANSFILETRIGGERPRIORITIES"),
            Map.entry(FILESIGNATURES, "FILESIGNATURES"),
            Map.entry(PAYLOADSHA256, "PAYLOADSHA256"),
            Map.entry(PAYLOADSHA256ALGO, "PAYLOADSHA256ALGO"),
            Map.entry(MODULARITYLABEL, "MODULARITYLABEL"),
            Map.entry(PAYLOADSHA256ALT, "PAYLOADSHA256ALT"),
            Map.entry(SPEC, "SPEC"),
            Map.entry(TRANSLATIONURL, "TRANSLATIONURL"),
            Map.entry(UPSTREAMRELEASES, "UPSTREAMRELEASES"),
            Map.entry(PREUNTRANS, "PREUNTRANS"),
            Map.entry(POSTUNTRANS, "POSTUNTRANS"),
            Map.entry(PREUNTRANSPROG, "PREUNTRANSPROG"),
            Map.entry(POSTUNTRANSPROG, "POSTUNTRANSPROG"),
            Map.entry(PREUNTRANSFLAGS, "PREUNTRANSFLAGS"),
            Map.entry(POSTUNTRANSFLAGS, "POSTUNTRANSFLAGS"),
            Map.entry(PAYLOADSIZE, "PAYLOADSIZE"),
            Map.entry(PAYLOADSIZEALT, "PAYLOADSIZEALT"),
            Map.entry(RPMFORMAT, "RPMFORMAT"),
            Map.entry(FILEMIMEINDEX, "FILEMIMEINDEX"),
            Map.entry(MIMEDICT, "MIMEDICT"),
            Map.entry(SOURCENEVR, "SOURCENEVR"),
            Map.entry(PAYLOADSHA512, "PAYLOADSHA512"),
            Map.entry(PAYLOADSHA512ALT, "PAYLOADSHA512ALT"),
            Map.entry(PAYLOADSHA3_256, "PAYLOADSHA3_256"),
            Map.entry(PAYLOADSHA3_256ALT, "PAYLOADSHA3_256ALT"));

    private RpmTag() {}

    /** The name of a header's tag, or its number where it has none here. */
    public static String name(int tag) {
        return NAMES.getOrDefault(tag, "tag " + tag);
    }
}
