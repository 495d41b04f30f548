# MPI, and the parallel HDF5 that was built with the same MPI. Debian keeps one HDF5 a flavour of MPI side by side (hdf5-openmpi, hdf5-mpich); a
# cluster's modules, or Spack, give one `hdf5` with the compiler wrappers that are loaded.
include(CheckSymbolExists)

set(CARRICK_MPI "" CACHE STRING "Flavour of MPI where several are installed: openmpi or mpich (mpicc.<flavour>); empty: mpicc")
set_property(CACHE CARRICK_MPI PROPERTY STRINGS "" openmpi mpich)
if(CARRICK_MPI)
  find_program(CARRICK_MPICC NAMES mpicc.${CARRICK_MPI} mpicc-${CARRICK_MPI} REQUIRED)
  find_program(CARRICK_MPIEXEC NAMES mpiexec.${CARRICK_MPI} mpiexec-${CARRICK_MPI})
  set(MPI_C_COMPILER ${CARRICK_MPICC} CACHE FILEPATH "Compiler wrapper of the flavour of MPI that was asked for" FORCE)
  set(MPIEXEC_EXECUTABLE ${CARRICK_MPIEXEC} CACHE FILEPATH "Launcher of the flavour of MPI that was asked for" FORCE)
endif()
find_package(MPI REQUIRED COMPONENTS C)

set(CMAKE_REQUIRED_LIBRARIES MPI::MPI_C)
check_symbol_exists(OPEN_MPI mpi.h CARRICK_MPI_IS_OPENMPI)
check_symbol_exists(MPICH_VERSION mpi.h CARRICK_MPI_IS_MPICH)
if(CARRICK_MPI_IS_OPENMPI)
  set(CARRICK_MPI_FLAVOUR openmpi)
elseif(CARRICK_MPI_IS_MPICH)
  set(CARRICK_MPI_FLAVOUR mpich)
  # Its MPI_STATUSES_IGNORE is the address 1, which GCC takes for an array that is too small.
  file(GLOB CARRICK_PAR_SOURCES ${CMAKE_SOURCE_DIR}/src/par/*.c)
  set_source_files_properties(${CARRICK_PAR_SOURCES} PROPERTIES COMPILE_OPTIONS -Wno-stringop-overflow)
else()
  set(CARRICK_MPI_FLAVOUR mpi)
endif()

unset(__pkg_config_checked_HDF5 CACHE) # asked anew each time: another MPI needs another HDF5
pkg_search_module(HDF5 REQUIRED IMPORTED_TARGET hdf5-${CARRICK_MPI_FLAVOUR} hdf5)
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::HDF5)
check_symbol_exists(H5_HAVE_PARALLEL H5public.h CARRICK_HDF5_IS_PARALLEL)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT CARRICK_HDF5_IS_PARALLEL)
  message(FATAL_ERROR "${HDF5_MODULE_NAME} (${HDF5_VERSION}) was built without MPI; Carrick needs a parallel HDF5 of the MPI that ${MPI_C_COMPILER} belongs to "
    "(PKG_CONFIG_PATH says where to look)")
endif()
message(STATUS "Ranks: ${CARRICK_MPI_FLAVOUR} (${MPI_C_COMPILER}), ${HDF5_MODULE_NAME} ${HDF5_VERSION}")
