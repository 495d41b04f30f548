# cmake --install: program, library, public headers, pkg-config and CMake package, man page, shell completion.
# The documents come from the program's own command table, made after it is linked.
include(CMakePackageConfigHelpers)

set(CARRICK_DOCUMENTS ${CMAKE_BINARY_DIR}/documents)
file(MAKE_DIRECTORY ${CARRICK_DOCUMENTS})
if(TARGET carrick)
  add_custom_command(TARGET carrick POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --help-man > ${CARRICK_DOCUMENTS}/carrick.1
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --completion bash > ${CARRICK_DOCUMENTS}/carrick.bash
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --completion zsh > ${CARRICK_DOCUMENTS}/_carrick
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:carrick> --completion fish > ${CARRICK_DOCUMENTS}/carrick.fish
    COMMENT "Making the man page and shell completion" VERBATIM)
  install(TARGETS carrick RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${CARRICK_DOCUMENTS}/carrick.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${CARRICK_DOCUMENTS}/carrick.bash RENAME carrick DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${CARRICK_DOCUMENTS}/_carrick DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${CARRICK_DOCUMENTS}/carrick.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

install(TARGETS libcarrick EXPORT carrick-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/carrick DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

set(CARRICK_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/carrick)
install(EXPORT carrick-targets NAMESPACE carrick:: DESTINATION ${CARRICK_PACKAGE_DIR})
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/package/carrickConfig.cmake.in ${CMAKE_BINARY_DIR}/carrickConfig.cmake
  INSTALL_DESTINATION ${CARRICK_PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/carrickConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/carrickConfig.cmake ${CMAKE_BINARY_DIR}/carrickConfigVersion.cmake DESTINATION ${CARRICK_PACKAGE_DIR})

# The library is static, so those who link it need its libraries too; MPI's come as this build found them.
set(CARRICK_MPI_LIBS ${MPI_C_LIBRARIES})
list(JOIN CARRICK_MPI_LIBS " " CARRICK_MPI_LIBS)
configure_file(${CMAKE_SOURCE_DIR}/cmake/package/carrick.pc.in ${CMAKE_BINARY_DIR}/carrick.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/carrick.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
