/// The scripts that make shells ask the program what can be typed next.
enum ShellScripts {
  /// The script for a shell.
  static func script(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// bash breaks words at `=` and `:`, so it passes the whole line.
  ///
  /// The first line of the answer is the
  /// word as the program read it, from which bash's own word begins after the last break.
  private static let bash = #"""
    # bash completion of flexsh
    _flexsh() {
      local line word break
      local -a lines
      COMPREPLY=()
      mapfile -t lines < <("$1" ---complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
      word=${lines[0]}
      COMPREPLY=("${lines[@]:1}")
      case $word in
        [\"\']*) ;;
        *)
          for break in : =; do
            if [[ $COMP_WORDBREAKS == *$break* && $word == *$break* ]]; then
              local prefix=${word%"${word##*"$break"}"}
              COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
              word=${word#"$prefix"}
            fi
          done
          ;;
      esac
      if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[/=] ]]; then
        compopt -o nospace
      fi
      compopt -o nosort 2>/dev/null
    }
    complete -F _flexsh flexsh
    """#

  private static let zsh = #"""
    #compdef flexsh
    # zsh completion of flexsh
    _flexsh() {
      local -a whole partial
      local line
      # The shell knows best whose home a tilde stands for.
      if [[ $PREFIX == \~* ]]; then
        _files
        return
      fi
      while IFS= read -r line; do
        if [[ ${line%%:*} == *[/=] ]]; then
          partial+=("$line")
        else
          whole+=("$line")
        fi
      done < <("${(Q)words[1]}" ---complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
      (( $#whole )) && _describe -V 'flexsh' whole
      (( $#partial )) && _describe -V 'flexsh' partial -S ''
    }
    if [[ $funcstack[1] == _flexsh ]]; then
      _flexsh "$@"
    else
      compdef _flexsh flexsh
    fi
    """#

  private static let fish = #"""
    # fish completion of flexsh
    function __flexsh_complete
      set -l tokens (commandline -opc)
      set -l token (commandline -ct | string unescape)
      $tokens[1] ---complete fish $tokens[2..-1] "$token" 2>/dev/null
    end
    complete -c flexsh -e
    complete -c flexsh -f -k -a '(__flexsh_complete)'
    """#
}
