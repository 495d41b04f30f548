from spack.package import *

try:  # Spack 1 has its build systems in the builtin repository, Spack 0.23 in spack.package.
    from spack_repo.builtin.build_systems.autotools import AutotoolsPackage
except ImportError:
    pass


class Libcsv(AutotoolsPackage):
    """A small CSV parser and writer in C89, which Spack's own packages lack."""

    homepage = "https://github.com/rgamble/libcsv"
    url = "https://downloads.sourceforge.net/project/libcsv/libcsv/libcsv-3.0.3/libcsv-3.0.3.tar.gz"

    version("3.0.3", sha256="d9c0431cb803ceb9896ce74f683e6e5a0954e96ae1d9e4028d6e0f967bebd7e4")

    depends_on("c", type="build")
