package dev.caisson.resolver;

/** Why a package is part of a solution. */
public sealed interface Reason {
    /** It meets a request. */
    record Requested(Dependency request) implements Reason {
        @Override
        public String toString() {
            return "requested as " + request;
        }
    }

    /** {@code by} requires it through {@code through}. */
    record Required(Candidate by, Dependency through) implements Reason {
        @Override
        public String toString() {
            return "required by " + by.name() + " through " + through;
        }
    }

    /** It is marked essential, and essential packages were asked for. */
    record Essential() implements Reason {
        @Override
        public String toString() {
            return "essential";
        }
    }

    /** {@code by} recommends it through {@code through}. */
    record Recommended(Candidate by, Dependency through) implements Reason {
        @Override
        public String toString() {
            return "recommended by " + by.name() + " through " + through;
        }
    }

    /** It supplements what is installed. */
    record Supplements(Dependency through) implements Reason {
        @Override
        public String toString() {
            return "supplements " + through;
        }
    }
}
