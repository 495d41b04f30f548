from spack.package import *

try:  # Spack 1 has its build systems in the builtin repository, Spack 0.23 in spack.package.
    from spack_repo.builtin.build_systems.cmake import CMakePackage
except ImportError:
    pass


class Carrick(CMakePackage):
    """Parallel record linkage for person records, in C17 on MPI, OpenMP and HDF5."""

    executables = ["^carrick$"]

    # The sources lie where this recipe does: `spack dev-build carrick@0.1.0` builds them, and nothing is fetched.
    version("0.1.0")

    variant("tests", default=False, description="Build the unit tests, for ctest")

    depends_on("c", type="build")
    depends_on("cmake@3.20:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi@3.1:")
    depends_on("hdf5@1.10.5:+mpi")
    depends_on("zlib-api")
    depends_on("xxhash")
    depends_on("libyaml")
    depends_on("jansson")
    depends_on("utf8proc")
    depends_on("pcre2")
    depends_on("libcsv")
    depends_on("libsodium")
    depends_on("sqlite")
    depends_on("glpk")
    depends_on("cmocka", when="+tests")

    @classmethod
    def determine_version(cls, exe):
        return Executable(exe)("--version", output=str, error=str).split()[1]

    def cmake_args(self):
        return [
            self.define("MPI_C_COMPILER", self.spec["mpi"].mpicc),
            self.define_from_variant("CARRICK_TESTS", "tests"),
        ]

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def link_a_region(self):
        """A made-up region of 2,000 rows, from extract to persons."""
        carrick = Executable(self.prefix.bin.carrick)
        with working_dir("spack-check", create=True):
            carrick("synth", "--rows", "2000", "--out", "region", "--quiet")
            carrick("run", "region/job.yaml", "--out", "result", "--threads", "1", "--quiet")
