/**
 * The names that presets of unplugin-auto-import import, by preset and module: those of version 21.1 with unimport 6.4, without
 * types. The presets of VueUse are not here, since its packages list their functions themselves.
 */
export const AUTO_IMPORT_PRESETS: Record<string, Record<string, string>> = {
  vue: {
    vue: "onActivated onBeforeMount onBeforeUnmount onBeforeUpdate onErrorCaptured onDeactivated onMounted onServerPrefetch onUnmounted onUpdated useAttrs useSlots computed customRef isReadonly isRef isShallow isProxy isReactive markRaw reactive readonly ref shallowReactive shallowReadonly shallowRef triggerRef toRaw toRef toRefs toValue unref watch watchEffect watchPostEffect watchSyncEffect defineComponent defineAsyncComponent getCurrentInstance h inject nextTick provide useCssModule createApp effectScope EffectScope getCurrentScope onScopeDispose onRenderTracked onRenderTriggered resolveComponent useCssVars useModel getCurrentWatcher onWatcherCleanup useId useTemplateRef",
  },
  "vue-router": {
    "vue-router": "useRouter useRoute useLink onBeforeRouteLeave onBeforeRouteUpdate",
  },
  pinia: {
    pinia:
      "acceptHMRUpdate createPinia defineStore getActivePinia mapActions mapGetters mapState mapStores mapWritableState setActivePinia setMapStoreSuffix storeToRefs",
  },
  vuex: {
    vuex: "createStore createLogger mapState mapGetters mapActions mapMutations createNamespacedHelpers useStore",
  },
  "vue-i18n": {
    "vue-i18n": "useI18n",
  },
  "@vueuse/head": {
    "@vueuse/head": "useHead useSeoMeta",
  },
  react: {
    react:
      "useState useCallback useMemo useEffect useRef useContext useReducer useImperativeHandle useDebugValue useDeferredValue useLayoutEffect useTransition startTransition useSyncExternalStore useInsertionEffect useId lazy memo createRef forwardRef cache cacheSignal createContext use useOptimistic useEffectEvent useActionState Fragment Suspense Activity",
  },
  "react-router": {
    "react-router":
      "useOutletContext useHref useInRouterContext useLocation useNavigationType useNavigate useOutlet useParams useResolvedPath useRoutes",
  },
  "react-router-dom": {
    "react-router-dom":
      "useOutletContext useHref useInRouterContext useLocation useNavigationType useNavigate useOutlet useParams useResolvedPath useRoutes useLinkClickHandler useSearchParams Link NavLink Navigate Outlet Route Routes",
  },
  "react-i18next": {
    "react-i18next": "useTranslation",
  },
  preact: {
    "preact/hooks": "useState useCallback useMemo useEffect useRef useContext useReducer",
  },
  svelte: {
    svelte:
      "onMount beforeUpdate afterUpdate onDestroy tick setContext getContext hasContext getAllContexts createEventDispatcher",
  },
  "svelte/store": {
    "svelte/store": "writable readable derived get",
  },
  "svelte/transition": {
    "svelte/transition": "fade blur fly slide scale draw crossfade",
  },
  "svelte/motion": {
    "svelte/motion": "tweened spring",
  },
  "svelte/animate": {
    "svelte/animate": "flip",
  },
  "svelte/easing": {
    "svelte/easing":
      "linear backIn backOut backInOut bounceIn bounceOut bounceInOut circIn circOut circInOut cubicIn cubicOut cubicInOut elasticIn elasticOut elasticInOut expoIn expoOut expoInOut quadIn quadOut quadInOut quartIn quartOut quartInOut quintIn quintOut quintInOut sineIn sineOut sineInOut",
  },
  "solid-js": {
    "solid-js":
      "createSignal createEffect createMemo createResource onMount onCleanup onError untrack batch on createRoot mergeProps splitProps useTransition observable mapArray indexArray createContext useContext children lazy createDeferred createRenderEffect createSelector For Show Switch Match Index ErrorBoundary Suspense SuspenseList",
    "solid-js/store": "createStore produce reconcile createMutable",
    "solid-js/web": "Dynamic hydrate render renderToString renderToStringAsync renderToStream isServer Portal",
  },
  "@solidjs/router": {
    "@solidjs/router":
      "A HashRouter MemoryRouter Navigate Route Router action createAsync createAsyncStore query revalidate useAction useSubmission useSubmissions useBeforeLeave useCurrentMatches useIsRouting useLocation useMatch useNavigate useParams usePreloadRoute useSearchParams",
  },
};
