// Kinds of files that run, install or change settings when they are opened, on any system. They are never opened from a letter: whoever
// wants one saves it and decides there.

const KINDS = new Set(
  [
    // Windows: programs and installers, scripts, what starts another program, what mounts as a disk past its mark of origin.
    'exe com scr pif cpl msi msp mst msix msixbundle appx appxbundle dll ocx sys drv gadget xll application appref-ms',
    'bat cmd ps1 ps1xml psm1 psd1 psc1 js jse mjs vb vbs vbe ws wsc wsf wsh sct hta msc reg inf scf',
    'lnk url website library-ms search-ms searchconnector-ms settingcontent-ms chm hlp iso img vhd vhdx',
    // macOS.
    'app action command dmg fileloc inetloc mobileconfig mpkg pkg scpt scptd applescript terminal tool webloc workflow',
    // Linux.
    'appimage bin deb desktop flatpak flatpakref flatpakrepo ksh csh bash zsh fish sh out rpm run service snap',
    // Anywhere.
    'class jar jnlp air apk lua pl py pyc pyw pyz rb tcl',
  ]
    .join(' ')
    .split(' '),
);

/** Whether a file of that name would run when it is opened. */
export function runs(name: string): boolean {
  const [, kind] = /\.([^.]+)[.\s]*$/.exec(name) ?? [];
  return kind !== undefined && KINDS.has(kind.toLowerCase());
}
